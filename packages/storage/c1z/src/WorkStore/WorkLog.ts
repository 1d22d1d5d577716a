// What a work file was told, for who keeps that elsewhere too, so that another machine can make the same file.
import type { Listed, PageRecords, Records, StoreError, SyncError } from "@rollcall/connector"
import { StepState } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import type { workWriter } from "./commitRecords.ts"

/** What a work file was told. What it holds of the sync before `Begun` is forgotten with it. */
export const WorkEntry = Schema.Union([
  Schema.Struct({
    _tag: Schema.tag("Begun"),
    sync: Schema.Struct({ identity: Schema.String, syncId: Schema.String, startedAt: Schema.Number }),
  }),
  Schema.Struct({
    _tag: Schema.tag("Committed"),
    /** As a connector gave them to this program. */
    pieces: Schema.Array(Schema.declare((value): value is Records => typeof value === "object" && value !== null)),
    state: StepState,
    listed: Schema.Array(Schema.Struct({ list: Schema.String, ids: Schema.Array(Schema.String) })),
  }),
  Schema.Struct({ _tag: Schema.tag("Restarted"), step: Schema.String }),
  Schema.Struct({ _tag: Schema.tag("Shrank") }),
])
export type WorkEntry = typeof WorkEntry.Type

/** Where entries are kept. */
export interface WorkLog {
  /** Keeps an entry; `Begun` takes the place of all before it. An entry that is not kept is not in the work file either. */
  readonly append: (entry: WorkEntry) => Effect.Effect<void, StoreError>
  /** Plays what earlier runs have kept, in its order. */
  readonly replay: (play: (entry: WorkEntry) => Effect.Effect<void, StoreError>) => Effect.Effect<void, StoreError>
}

/** Appends a page to the work file as its writer does, and to the log. */
export const appendLogged = Effect.fnUntraced(function* (
  log: WorkLog,
  writer: ReturnType<typeof workWriter>,
  { more = [], ...first }: PageRecords,
  state: StepState,
  listed: ReadonlyArray<Listed> = [],
  settled: Effect.Effect<StepState, SyncError> = Effect.succeed(state),
) {
  const pieces: Array<Records> = [first]
  let known = state
  yield* writer.append(
    { ...first, more: passingOn(more, (piece) => void pieces.push(piece)) },
    state,
    listed,
    Effect.tap(settled, (now) => Effect.sync(() => void (known = now))),
  )
  yield* log.append({ _tag: "Committed", pieces, state: known, listed })
})

function* passingOn<A>(items: Iterable<A>, tell: (item: A) => void) {
  for (const item of items) {
    tell(item)
    yield item
  }
}
