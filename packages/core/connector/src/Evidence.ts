// What a step may ask about the lists that it reads. A list is whole only when it proves it, and a step, which knows
// nothing but its cursor, cannot tell from one page: so the store keeps the ids that its pages showed.
import type { Effect } from "effect"
import type { Resource } from "./model.ts"
import type { StoreError } from "./StoreError.ts"

/** Ids that a page of a list showed, those of records that could not be read included. A step names its lists as it likes. */
export interface Listed {
  /** Such as a workspace, or the second reading of one list. */
  readonly list: string
  readonly ids: ReadonlyArray<string>
}

/** How the ids of another step compare with those of this one. */
export interface Comparison {
  /** Distinct ids that the other step listed; 0 where the sync does not run it, or the system refused it. */
  readonly listed: number
  /** How many of them no list of this step shows, not even under an alias. */
  readonly missing: number
}

/** Principals of grants whom no step shows as a resource, not even under an alias. */
export interface UnknownPrincipals {
  /** The first of them, in the order of their ids. */
  readonly ids: ReadonlyArray<string>
  /** How many there are in all. */
  readonly count: number
}

/**
 * What the pages before this one have shown, whichever run read them. The page before counts, even if it is still being
 * stored. Lists are those of the step that asks, all of them if none is named.
 */
export interface Evidence {
  /**
   * The distinct ids, of those given, that these lists have not shown yet: the own ones, or, once it has ended, those of
   * another step that stands in `Step.comparesWith`.
   */
  readonly unseen: (
    ids: ReadonlyArray<string>,
    lists?: ReadonlyArray<string>,
    of?: string,
  ) => Effect.Effect<ReadonlyArray<string>, StoreError>
  /** How many distinct ids these lists have shown. */
  readonly count: (lists?: ReadonlyArray<string>) => Effect.Effect<number, StoreError>
  /**
   * Waits until another step has ended, and compares what it listed, under these names or under any, with all lists of
   * this one. Only for a step that stands in `Step.comparesWith`.
   */
  readonly compare: (step: string, lists?: ReadonlyArray<string>) => Effect.Effect<Comparison, StoreError>
  /**
   * The resources of `Step.parentType` that the steps in `Step.after` have given, merged, in the order of their ids, from this id
   * on or from the first; at most so many of them. Only for a step with a `parentType`.
   */
  readonly parents: (from: string | undefined, most: number) => Effect.Effect<ReadonlyArray<Resource>, StoreError>
  /**
   * The principals of a resource type whom no step shows, at most so many of them by id. Only for a step that is `last`.
   * None where the sync does not keep resources of the type, or no grants.
   */
  readonly unknownPrincipals: (resourceType: string, most: number) => Effect.Effect<UnknownPrincipals, StoreError>
}
