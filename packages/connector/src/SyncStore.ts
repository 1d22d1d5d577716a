// Where a sync keeps what it has read until it is whole. A page and its cursor are stored together, so a process that
// dies anywhere leaves a sync that the next run continues.
import type { Effect } from "effect"
import { Context } from "effect"
import type { Records, Warning } from "./Connector.ts"
import type { Coverage, Gap } from "./Coverage.ts"
import type { Comparison, Listed } from "./Evidence.ts"
import type { ResourceType } from "./model/ResourceType.ts"
import type { Merge } from "./mergeResources.ts"
import type { StoreError } from "./StoreError.ts"

/** What makes two runs the same sync. A run takes up what another left only when all of it is equal. */
export interface SyncIdentity {
  readonly connector: string
  readonly tenant: string
  /** `requestKey` of the request. */
  readonly request: string
  /** The scopes, of those that the steps use, which the credential has: with others it would have read something else. */
  readonly reach: ReadonlyArray<string>
  /** Ids of the steps in the connector's order. Of those that give a record with one id the first is believed. */
  readonly steps: ReadonlyArray<string>
}

/** Warnings of one code, counted, with the first of them as an example. */
export interface WarningCount extends Warning {
  readonly count: number
}

/** How far one step has come. */
export interface StepState {
  readonly step: string
  /** Where the next page begins; absent before the first page and after the last. */
  readonly next?: string
  readonly ended: boolean
  /** Whether it ended because the system refused it. */
  readonly refused?: boolean
  readonly pages: number
  /** Records taken from the system so far. */
  readonly records: number
  readonly gaps: ReadonlyArray<Gap>
  readonly warnings: ReadonlyArray<WarningCount>
}

/** An open sync: new, or taken up where an earlier run stopped. */
export interface OpenSync {
  readonly syncId: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly resumed: boolean
  /** Why an unfinished sync was found and not taken up. */
  readonly startedAnew?: "other identity" | "too old" | "damaged"
  readonly steps: ReadonlyArray<StepState>
  /** Every cursor that a step has been given so far, by step. */
  readonly cursors: ReadonlyMap<string, ReadonlyArray<string>>
}

/** Records by resource type. */
export interface RecordCounts {
  readonly resources: Readonly<Record<string, number>>
  readonly entitlements: Readonly<Record<string, number>>
  readonly grants: Readonly<Record<string, number>>
}

/** What the store needs to know to publish a whole sync. */
export interface SyncResult {
  readonly kind: "full" | "resourcesOnly"
  /** The types to publish, in the connector's order. */
  readonly resourceTypes: ReadonlyArray<ResourceType>
  readonly coverage: ReadonlyArray<Coverage>
  /** Turns what several steps said of one resource into one resource. */
  readonly merge: Merge
}

/** A published sync. */
export interface PublishedSync {
  readonly syncId: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly counts: RecordCounts
  /** What a person should know about how it was published. */
  readonly notes: ReadonlyArray<string>
}

/** A store of one output's sync. Its layer holds the writer lock of that output for as long as it lives. */
export class SyncStore extends Context.Service<
  SyncStore,
  {
    /** Takes up the unfinished sync of the same identity, or starts anew. */
    readonly open: (identity: SyncIdentity) => Effect.Effect<OpenSync, StoreError>
    /**
     * Stores a page and how far its step has come, in one transaction. Records with an id that the step has already
     * given are dropped; entitlements and grants with an id that several steps give are taken from the first of
     * `SyncIdentity.steps`. What the page listed is kept with it, each id of a list once.
     */
    readonly commit: (
      records: Records,
      state: StepState,
      listed?: ReadonlyArray<Listed>,
    ) => Effect.Effect<void, StoreError>
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
    /** Forgets all that a step has given, its cursors and lists included. */
    readonly restart: (step: string) => Effect.Effect<void, StoreError>
    /** How far each step has come, read from the store itself. */
    readonly steps: Effect.Effect<ReadonlyArray<StepState>, StoreError>
    /** How many grants have a principal, of one of these types, that no step has shown. */
    readonly unknownPrincipals: (resourceTypes: ReadonlyArray<string>) => Effect.Effect<number, StoreError>
    /** How many resources this step alone has told of. */
    readonly toldOnlyBy: (step: string) => Effect.Effect<number, StoreError>
    /** Replaces the output by the whole sync, at once or not at all, and forgets the working state. */
    readonly publish: (result: SyncResult) => Effect.Effect<PublishedSync, StoreError>
  }
>()("@rollcall/connector/SyncStore") {}
