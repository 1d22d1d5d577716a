// The store of secrets in PostgreSQL, for all replicas. A row is of no use without the key, which is in a file of each worker.
import { StoreError } from "@rollcall/connector"
import type { KeptSecret, SecretKey, SecretName } from "@rollcall/secret-store"
import { newVersion, seal, SecretStore, unseal } from "@rollcall/secret-store"
import type { Redacted } from "effect"
import { Effect, Layer } from "effect"
import type { Statement } from "effect/sql"
import { Database } from "./Database.ts"
import { asStore } from "./storeError.ts"

interface Row {
  readonly connection: string
  readonly setting: string
  readonly version: string
  readonly key_id: string
  readonly sealed: Uint8Array
}

/**
 * The secrets of all connections, sealed with the first of these keys; all of them open. What another one sealed is sealed with the first
 * while the layer is built, so that the others can be taken away.
 */
export const secretStorePostgres = (
  keys: readonly [SecretKey, ...ReadonlyArray<SecretKey>],
): Layer.Layer<SecretStore, StoreError, Database> =>
  Layer.effect(
    SecretStore,
    Effect.gen(function* () {
      const { sql, runAgain } = yield* Database
      const [first] = keys
      const open = (row: Row): Effect.Effect<Redacted.Redacted, StoreError> => {
        const key = keys.find(({ id }) => id === row.key_id)
        if (key === undefined) return Effect.fail(sealedWithAnother(row))
        const value = unseal(row, row.sealed, key)
        return value === undefined ? Effect.fail(notAsSealed(row)) : Effect.succeed(value)
      }
      // It keeps its version, as the secret is the same; one that was put meanwhile is sealed already.
      const sealAgain = Effect.fnUntraced(function* (row: Row) {
        const sealed = seal(row, yield* open(row), first)
        const { connection, setting, version, key_id: before } = row
        yield* asStore(
          runAgain(sql`update rollcall_secret set key_id = ${first.id}, sealed = ${sealed}
            where connection = ${connection} and setting = ${setting} and version = ${version} and key_id = ${before}`),
        )
      })
      const ofOthers = yield* asStore(
        runAgain(
          sql<Row>`select connection, setting, version, key_id, sealed from rollcall_secret where key_id <> ${first.id}`,
        ),
      )
      yield* Effect.forEach(ofOthers, (row) =>
        Effect.catchIf(
          sealAgain(row),
          ({ reason }) => reason === "NoPermission" || reason === "Unreadable",
          ({ message, hint }) => Effect.logError(`${message} ${hint}`),
        ),
      )

      const forget = (rows: Statement.Statement<unknown>) => Effect.asVoid(asStore(runAgain(rows)))
      return SecretStore.of({
        put: ({ connection, setting }, value) =>
          Effect.suspend(() => {
            const version = newVersion()
            const sealed = seal({ connection, setting, version }, value, first)
            return asStore(
              runAgain(sql`insert into rollcall_secret (connection, setting, version, key_id, sealed)
                values (${connection}, ${setting}, ${version}, ${first.id}, ${sealed})
                on conflict (connection, setting) do update
                  set version = excluded.version, key_id = excluded.key_id, sealed = excluded.sealed`),
            )
          }),
        get: ({ connection, setting }) =>
          Effect.flatMap(
            asStore(
              runAgain(sql<Row>`select connection, setting, version, key_id, sealed from rollcall_secret
                where connection = ${connection} and setting = ${setting}`),
            ),
            ([row]) => (row === undefined ? Effect.succeed(undefined) : open(row)),
          ),
        remove: ({ connection, setting }) =>
          forget(sql`delete from rollcall_secret where connection = ${connection} and setting = ${setting}`),
        removeAll: (connection) => forget(sql`delete from rollcall_secret where connection = ${connection}`),
        all: asStore(
          runAgain(
            sql<KeptSecret>`select connection, setting, version from rollcall_secret order by connection, setting`,
          ),
        ),
      })
    }),
  )

const sealedWithAnother = ({ connection, setting }: SecretName) =>
  new StoreError({
    reason: "NoPermission",
    message: `The ${setting} of ${connection} is sealed with a key that this worker does not have.`,
    hint: "Add that key as the second line of the file that BATON_SECRET_KEY_FILE names, or give the secret again.",
  })

const notAsSealed = ({ connection, setting }: SecretName) =>
  new StoreError({
    reason: "Unreadable",
    message: `The ${setting} of ${connection} is not as it was sealed: its row was changed or damaged.`,
    hint: "Give the secret again, and find out who else writes to the database.",
  })
