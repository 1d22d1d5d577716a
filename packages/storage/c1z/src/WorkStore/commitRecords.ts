// Storing a page: its records as the step gave them, how far the step has come, and its next cursor.
import { encodePart, isWhole } from "@rollcall/c1-protocol"
import type { Listed, PageRecords, Records, ResourceType, StepState, StoreError, SyncError } from "@rollcall/connector"
import { flagsOf } from "@rollcall/connector"
import { Effect } from "effect"
import type { DatabaseSync } from "node:sqlite"
import { countRecentlyListed, mergeListed, maxRecentlyListed } from "./evidence.ts"
import { inSlices, piecesOf } from "../sqlite.ts"
import { recordTables } from "./workTables.ts"

/** Rows in one slice: about ten milliseconds. */
const rowsPerSlice = 2000

/** Statements that append to a work file; prepared once. */
export const workWriter = (path: string, db: DatabaseSync) => {
  const resource = db.prepare(
    "insert into resources (step, type, id, parent_type, parent, is_whole, data) values (?, ?, ?, ?, ?, ?, ?)",
  )
  let encodedTypes: ReadonlyMap<string, ResourceType> = new Map()
  const entitlement = db.prepare("insert into entitlements (step, id, data) values (?, ?, ?)")
  const grant = db.prepare(
    "insert into grants (step, id, entitlement, resource_type, resource, principal_type, principal, immutable) values (?, ?, ?, ?, ?, ?, ?, ?)",
  )
  const alias = db.prepare("insert or ignore into aliases (step, type, alias, id) values (?, ?, ?, ?)")
  const resourcePrecedence = db.prepare(
    "insert into resource_precedences (n, step, type, id, precedence, flags) values (?, ?, ?, ?, ?, ?)",
  )
  const grantPrecedence = db.prepare("insert into grant_precedences (n, step, precedence) values (?, ?, ?)")
  const cursor = db.prepare("insert or ignore into cursors (step, cursor) values (?, ?)")
  const storedCursor = db.prepare("select 1 from cursors where step = ? and cursor = ?")
  const listedIds = db.prepare(
    "insert or ignore into listed_lately (step, id, list) select ?, value, ? from json_each(?)",
  )
  let lately = countRecentlyListed(db)
  const stepState = db.prepare(
    "insert into steps (step, state) values (?, ?) on conflict do update set state = excluded.state",
  )
  const forget = recordTables.map((table) => db.prepare(`delete from ${table} where step = ?`))
  const forgetState = db.prepare("delete from steps where step = ?")

  const appendRecords = Effect.fnUntraced(function* (
    step: string,
    records: Records,
  ): Effect.fn.Return<void, StoreError> {
    yield* inSlices(path, piecesOf(records.resources ?? [], rowsPerSlice), (piece) => {
      for (const it of piece) {
        const { resourceType, resource: id } = it.id
        const { parent } = it
        const type = encodedTypes.get(resourceType)
        // Anything odd stays as it was given.
        const part = type && encodePart(it, type)
        const { lastInsertRowid: n } = resource.run(
          step,
          resourceType,
          id,
          parent?.resourceType ?? null,
          parent?.resource ?? null,
          type !== undefined && part !== undefined && isWhole(it, type) ? 1 : 0,
          part ?? JSON.stringify(it),
        )
        if (it.precedence !== undefined) resourcePrecedence.run(n, step, resourceType, id, it.precedence, flagsOf(it))
      }
    })
    yield* inSlices(path, piecesOf(records.entitlements ?? [], rowsPerSlice), (piece) => {
      for (const it of piece) entitlement.run(step, it.id, JSON.stringify(it))
    })
    yield* inSlices(path, piecesOf(records.grants ?? [], rowsPerSlice), (piece) => {
      for (const { id, entitlement: held, resource: on, principal, immutable, precedence } of piece) {
        const { resourceType: principalType, resource: principalId } = principal
        const isImmutable = immutable === true ? 1 : 0
        const { lastInsertRowid: n } = grant.run(
          step,
          id,
          held,
          on.resourceType,
          on.resource,
          principalType,
          principalId,
          isImmutable,
        )
        if (precedence !== undefined) grantPrecedence.run(n, step, precedence)
      }
    })
    yield* inSlices(path, piecesOf(records.aliases ?? [], rowsPerSlice), (piece) => {
      for (const it of piece) alias.run(step, it.id.resourceType, it.alias, it.id.resource)
    })
  })

  /** Appends a page; to be run in a transaction. */
  const append = Effect.fnUntraced(function* (
    { more = [], ...first }: PageRecords,
    state: StepState,
    listed: ReadonlyArray<Listed> = [],
    settled: Effect.Effect<StepState, SyncError> = Effect.succeed(state),
  ): Effect.fn.Return<void, StoreError | SyncError> {
    const { step } = state
    yield* appendRecords(step, first)
    for (const piece of more) yield* appendRecords(step, piece)
    const now = yield* settled
    for (const { list, ids } of listed) {
      yield* inSlices(path, piecesOf(ids, rowsPerSlice), (piece) => {
        listedIds.run(step, list, JSON.stringify(piece))
        lately += piece.length
      })
    }
    if (lately > maxRecentlyListed) {
      yield* mergeListed(path, db)
      lately = 0
    }
    yield* inSlices(path, [now], () => {
      if (now.next !== undefined) cursor.run(step, now.next)
      stepState.run(step, JSON.stringify(now))
    })
  })

  /** Removes all that a step has given; to be run in a transaction. */
  const removeStep = (step: string): Effect.Effect<void, StoreError> =>
    inSlices(path, [...forget, forgetState], (statement) => void statement.run(step))

  /** Whether a page of the step was stored with this cursor as its next. */
  const hasCursor = (step: string, next: string): boolean => storedCursor.get(step, next) !== undefined

  /** Has resources of these types encoded as they are stored. */
  const encodeTypes = (types: ReadonlyArray<ResourceType>): void => {
    encodedTypes = new Map(types.map((type) => [type.id, type]))
  }

  return { append, removeStep, hasCursor, encodeTypes }
}
