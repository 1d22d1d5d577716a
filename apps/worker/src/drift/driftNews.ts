// What of a comparison is news. A notification is sent when drift appears, changes or ends, and not after each sync: what was notified last is
// kept as fingerprints, so that a restart sends nothing again.
import { writeText } from "@rollcall/access/output"
import type { StoreError } from "@rollcall/connector"
import { formatResourceId, sentenceOf } from "@rollcall/connector"
import { readTextFile } from "@rollcall/host/text-file"
import type { EntitlementDrift } from "@rollcall/plan"
import { Effect, Schema, Stream } from "effect"
import { createHash, randomUUID } from "node:crypto"
import type { KeptText } from "../afterSync.ts"

/** Of each entitlement that differs, or whose entry does not fit, what is so; by its id. */
const Fingerprints = Schema.Record(Schema.String, Schema.String)

const Notified = Schema.Struct({
  tenant: Schema.String,
  notified: Fingerprints,
  /** A message that was begun and is not known to have arrived: its id stands for just this. */
  pending: Schema.optionalKey(Schema.Struct({ id: Schema.String, of: Fingerprints })),
})
type Notified = typeof Notified.Type

/** News of drift. */
export interface News {
  /** The id of its message, the same until it has arrived or is no news any more. */
  readonly id: string
  readonly what: "found" | "changed" | "ended"
}

/** In the file at this path. */
export const keptInFile = (path: string): KeptText => ({
  place: path,
  read: readTextFile(path, "a record of what was notified of drift").pipe(
    Effect.catchIf(
      (error) => error._tag === "StoreError" && error.reason === "NotFound",
      () => Effect.succeed(undefined),
    ),
  ),
  write: (text) => Effect.as(writeText(path, { force: true, sources: [] }, Stream.make(text)), true),
})

/** Keeps what was notified. */
export const makeNews = ({ place, read: readText, write: writeKept }: KeptText) => {
  let kept: Notified | undefined

  const read = Effect.gen(function* () {
    const text = yield* readText
    return text === undefined ? undefined : yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Notified))(text)
  }).pipe(
    Effect.catch(() =>
      Effect.as(
        Effect.logWarning(
          `Which drift was notified before is not known, so it is notified again: ${place} is not usable.`,
        ),
        undefined,
      ),
    ),
  )

  const write = (record: Notified): Effect.Effect<boolean> =>
    Effect.suspend(() => {
      kept = record
      return writeKept(`${JSON.stringify(record)}\n`)
    }).pipe(
      Effect.catch((error: StoreError) =>
        Effect.as(
          Effect.logWarning(`After a restart the same drift may be notified again. ${sentenceOf(error)}`),
          true,
        ),
      ),
    )

  return {
    /** What is news in this comparison, which is kept before it is sent; `undefined` where nothing is. */
    of: Effect.fnUntraced(function* (tenant: string, drifts: ReadonlyArray<EntitlementDrift>) {
      kept ??= yield* read
      const { notified, pending } = kept?.tenant === tenant ? kept : { notified: {} }
      const now = fingerprintsOf(drifts, notified)
      if (isSame(now, notified)) return undefined
      const id = pending !== undefined && isSame(pending.of, now) ? pending.id : `drift_${randomUUID()}`
      if (!(yield* write({ tenant, notified, pending: { id, of: now } }))) return undefined
      const what = isSame(notified, {}) ? "found" : isSame(now, {}) ? "ended" : "changed"
      return { id, what } satisfies News
    }),
    /** What was given last has arrived. */
    arrived: Effect.suspend(() =>
      kept?.pending === undefined
        ? Effect.void
        : Effect.asVoid(write({ tenant: kept.tenant, notified: kept.pending.of })),
    ),
  }
}

/** What a sync did not show is as it was notified: that it was not read is no news. */
const fingerprintsOf = (
  drifts: ReadonlyArray<EntitlementDrift>,
  notified: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    drifts.flatMap(({ entitlement, state, missing, extra, why }) => {
      const before = notified[entitlement]
      if (state === "unknown") return before === undefined ? [] : [[entitlement, before]]
      if (state === "same") return []
      const ids = [missing, extra].map((some) => some.map(formatResourceId).toSorted())
      return [[entitlement, hashOf(JSON.stringify([ids, why]))]]
    }),
  )

const hashOf = (text: string): string => createHash("sha256").update(text).digest("base64url").slice(0, 22)

const isSame = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean => {
  const ids = Object.keys(a)
  return ids.length === Object.keys(b).length && ids.every((id) => a[id] === b[id])
}
