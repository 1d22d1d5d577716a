// Where a sync keeps what it has read until it is whole. A page and its cursor are stored together, so a process that
// dies anywhere leaves a sync that the next run continues.
import type { Effect } from "effect"
import { Context, Schema } from "effect"
import type { PageRecords } from "./Connector.ts"
import { Coverage, Gap } from "./Coverage.ts"
import type { Comparison, Listed, UnknownPrincipals } from "./Evidence.ts"
import { ResourceType } from "./model.ts"
import type { Contribution } from "./mergeResources.ts"
import { MergeRule } from "./mergeResources.ts"
import type { StoreError } from "./StoreError.ts"
import type { SyncError } from "./SyncError.ts"

/** What makes two runs the same sync. A run takes up what another left only when all of it is equal. */
export const SyncIdentity = Schema.Struct({
  connector: Schema.String,
  tenant: Schema.String,
  /** `requestKey` of the request. */
  request: Schema.String,
  /**
   * The scopes, of those that the steps use, which the credential has, and the parts of the tenant that it opens: with
   * others it would have read something else.
   */
  reach: Schema.Array(Schema.String),
  /** Ids of the steps in the connector's order. Of those that give a record with one id the first is believed. */
  steps: Schema.Array(Schema.String),
})
export type SyncIdentity = typeof SyncIdentity.Type

/** Warnings of one code, counted, with the first of them as an example. */
export const WarningCount = Schema.Struct({ code: Schema.String, message: Schema.String, count: Schema.Int })
export type WarningCount = typeof WarningCount.Type

/** How far one step has come. */
export const StepState = Schema.Struct({
  step: Schema.String,
  /** Where the next page begins; absent before the first page and after the last. */
  next: Schema.optionalKey(Schema.String),
  ended: Schema.Boolean,
  /** Whether it ended because the system refused it. */
  refused: Schema.optionalKey(Schema.Boolean),
  pages: Schema.Int,
  /** Records taken from the system so far. */
  records: Schema.Int,
  gaps: Schema.Array(Gap),
  warnings: Schema.Array(WarningCount),
})
export type StepState = typeof StepState.Type

/** An open sync: new, or taken up where an earlier run stopped. */
export interface OpenSync {
  readonly syncId: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly resumed: boolean
  /** Why an unfinished sync was found and not taken up; `shrank`: it was stopped because it would have lost too much. */
  readonly restartReason?: "other identity" | "too old" | "later than now" | "damaged" | "shrank"
  readonly steps: ReadonlyArray<StepState>
}

const Counts = Schema.Record(Schema.String, Schema.Int)

/** Records by resource type. */
export const RecordCounts = Schema.Struct({ resources: Counts, entitlements: Counts, grants: Counts })
export type RecordCounts = typeof RecordCounts.Type

/** Whose data a sync has read, and with which connector. */
export const SyncSource = Schema.Struct({
  connector: Schema.String,
  tenant: Schema.Struct({ id: Schema.String, displayName: Schema.String }),
})
export type SyncSource = typeof SyncSource.Type

/** The sync that a new one is held against. */
export const ComparedSync = Schema.Struct({
  /** When it ended, as text for people. */
  endedAt: Schema.String,
  /** How much it has; absent where the output does not tell. */
  counts: Schema.optionalKey(Schema.Struct({ resources: Counts, grants: Counts })),
  /** The resource types that it shows completely. */
  complete: Schema.Array(Schema.String),
})
export type ComparedSync = typeof ComparedSync.Type

/** A finished sync that the output holds, as far as the output tells of it. */
export interface EarlierSync extends ComparedSync {
  readonly syncId: string
  /** Whether it read all that there is. */
  readonly isFull: boolean
  /** The connector's id; absent where another program, or a build that did not tell, wrote it. */
  readonly connector?: string | undefined
  /** Whose data it is. Several, or nobody, only where another program wrote it. */
  readonly tenants: ReadonlyArray<SyncSource["tenant"]>
}

/** What the store needs to know to publish a whole sync. It is data alone, so that it may be sent to another process. */
export const SyncResult = Schema.Struct({
  /** `partial`: narrowed on request to some types, or without grants. */
  kind: Schema.Literals(["full", "partial", "resourcesOnly"]),
  source: SyncSource,
  /** The types to publish, in the connector's order. */
  resourceTypes: Schema.Array(ResourceType),
  coverage: Schema.Array(Coverage),
  /** Types whose resources were read for the sake of others alone, and are not published. */
  unpublishedTypes: Schema.optionalKey(Schema.Array(Schema.String)),
  /** How `mergeBy` makes one resource of what several steps said of it. */
  merge: Schema.Array(MergeRule),
  /** The sync before, and the most percent of a type that may go (`shrinkFailure`); absent where any loss is accepted. */
  shrink: Schema.optionalKey(Schema.Struct({ before: ComparedSync, maxShrink: Schema.Finite })),
  /** Ids of earlier syncs that do not go along into the new output. */
  leaveOut: Schema.optionalKey(Schema.Array(Schema.String)),
})
export type SyncResult = typeof SyncResult.Type

/** A published sync. */
export interface PublishedSync {
  readonly syncId: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly counts: RecordCounts
  /** What a person should know about how it was published. */
  readonly notes: ReadonlyArray<string>
  /** Records that were asked for, that the connector gave, and that the output does not hold; `notes` say which and why. */
  readonly leftOut?: number | undefined
  /** What was odd about the output that it replaced. */
  readonly warnings: ReadonlyArray<WarningCount>
}

/** A store of one output's sync. Its layer holds the writer lock of that output for as long as it lives. */
export class SyncStore extends Context.Service<
  SyncStore,
  {
    /**
     * The finished syncs that the output holds, in the order in which they were published. Fails with `CannotReplace`
     * where what stands there cannot be carried on or replaced: so it is asked before the first call.
     * @param tenantType The resource type that tells whose data it is, of a sync that another program wrote.
     */
    readonly earlier: (tenantType?: string) => Effect.Effect<ReadonlyArray<EarlierSync>, StoreError>
    /**
     * Resumes the unfinished sync of the same identity, or starts from the beginning, as resumePolicy.ts says.
     * @param acceptsShrink Whether this run publishes what was read, however much less it is than before.
     * @param encodedTypes Resource types whose resources no step is asked for one by one, so that a store may keep them in the form
     * in which it will publish them.
     */
    readonly open: (
      identity: SyncIdentity,
      acceptsShrink?: boolean,
      encodedTypes?: ReadonlyArray<ResourceType>,
    ) => Effect.Effect<OpenSync, StoreError>
    /**
     * Stores a page and how far its step has come, in one transaction. Records with an id that the step has already
     * given are dropped, unless a `precedence` decides; entitlements and grants with an id that several steps give are taken
     * from the first of `SyncIdentity.steps`. Whatever is read from the store afterwards shows aliases as the ids that they
     * stand for. What the page listed is kept with it, each id of a list once.
     * @param settled The state in place of `state`, to be asked for when all records have been taken, `more` included; if it
     * fails, nothing of the page is stored.
     */
    readonly commit: (
      records: PageRecords,
      state: StepState,
      listed?: ReadonlyArray<Listed>,
      settled?: Effect.Effect<StepState, SyncError>,
    ) => Effect.Effect<void, StoreError | SyncError>
    /** Whether a page of the step, whichever run read it, was stored with this cursor as its `next`. */
    readonly hasCursor: (step: string, cursor: string) => Effect.Effect<boolean, StoreError>
    /** The distinct ids, of those given, that a step has not listed under one of these names, or under any. */
    readonly unseen: (
      step: string,
      ids: ReadonlyArray<string>,
      lists?: ReadonlyArray<string>,
    ) => Effect.Effect<ReadonlyArray<string>, StoreError>
    /** How many distinct ids a step has listed under these names, or under any. */
    readonly countListed: (step: string, lists?: ReadonlyArray<string>) => Effect.Effect<number, StoreError>
    /** How many distinct ids the other step has listed under these names, or under any, and how many of them `step` has not. */
    readonly compareListed: (
      step: string,
      other: string,
      lists?: ReadonlyArray<string>,
    ) => Effect.Effect<Comparison, StoreError>
    /**
     * The resources of a type that these steps, which have ended, have given, under the ids that the sync shows: what they said
     * of each, in a stable order of ids, from this id on; at most so many resources.
     */
    readonly findResources: (
      resourceType: string,
      steps: ReadonlyArray<string>,
      from: string | undefined,
      most: number,
    ) => Effect.Effect<ReadonlyArray<ReadonlyArray<Contribution>>, StoreError>
    /** Forgets all that a step has given, its cursors and lists included. */
    readonly restart: (step: string) => Effect.Effect<void, StoreError>
    /** How far each step has come, read from the store itself. */
    readonly steps: Effect.Effect<ReadonlyArray<StepState>, StoreError>
    /** How many grants have a principal, of one of these types, that no step has shown. */
    readonly unknownPrincipals: (resourceTypes: ReadonlyArray<string>) => Effect.Effect<number, StoreError>
    /** Those principals of one type, and how many there are; at most so many by id. */
    readonly findUnknownPrincipals: (resourceType: string, most: number) => Effect.Effect<UnknownPrincipals, StoreError>
    /** How many resources this step alone has told of. */
    readonly onlyIn: (step: string) => Effect.Effect<number, StoreError>
    /** How many resources this step has listed in several places, with a `precedence`, and with different `flagsOf`. */
    readonly differing: (step: string) => Effect.Effect<number, StoreError>
    /**
     * Replaces the output by the whole sync, atomically, and forgets the working state. Of a sync that is
     * refused what was read is kept, for a run that accepts it.
     */
    readonly publish: (result: SyncResult) => Effect.Effect<PublishedSync, StoreError | SyncError>
  }
>()("@rollcall/connector/SyncStore") {}
