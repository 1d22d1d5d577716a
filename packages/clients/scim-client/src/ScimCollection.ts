// What a collection of SCIM, users or groups, offers.
import type { Effect, Stream } from "effect"
import type { ScimError } from "./ScimError.ts"

export interface ScimPageRequest {
  /** From 1. */
  readonly startIndex: number
  /** At most as many as the dialect's largest page: more are asked for as that. */
  readonly count: number
  /** A filter of RFC 7644, such as `scimFilter.equals("userName", "ada")`. */
  readonly filter?: string | undefined
}

/** One page. It may hold fewer resources than asked for. */
export interface ScimPage<A> {
  readonly resources: ReadonlyArray<A>
  /** Resources that could not be read and were left out. */
  readonly rejected: number
  /** Members of the groups of this page that could not be read and were left out. */
  readonly rejectedMembers: number
  /** Each record of the page by what sets it apart from others, in order: its id, or `#` and a fingerprint where it has none. */
  readonly keys: ReadonlyArray<string>
  /** Those of them whose records could not be read. */
  readonly unreadableKeys: ReadonlyArray<string>
  /** How many there are in all, by the server. */
  readonly totalResults: number
  readonly startIndex: number
  /** How many the server put on this page, unreadable ones too. */
  readonly itemsPerPage: number
}

export interface ScimListOptions {
  readonly filter?: string | undefined
  /** Resources of a page; default the dialect's largest page. */
  readonly count?: number | undefined
  /** Pages asked for side by side; default what the dialect allows. */
  readonly concurrency?: number | undefined
}

/** Changes of one call; none would be no call. */
export type Changes<Change> = readonly [Change, ...ReadonlyArray<Change>]

/** Users or groups. Every call fails with a `ScimError` after the retries that its reason allows. */
export interface ScimCollection<A, Input, Change> {
  /** One page, one call. */
  readonly page: (request: ScimPageRequest) => Effect.Effect<ScimPage<A>, ScimError>
  /**
   * All of them, each once, by the rules of `ListReading`; single records that cannot be read are left out. The records
   * come first and the verdict last: if the list is short after three readings, the stream fails with `ShortList` when it
   * has given all that could be read, so whoever found what it looks for can use it. Fails at once if a page cannot be
   * had, or no record of it can be read.
   */
  readonly list: (options?: ScimListOptions) => Stream.Stream<A, ScimError>
  readonly get: (id: string) => Effect.Effect<A, ScimError>
  readonly create: (input: Input) => Effect.Effect<A, ScimError>
  /** Overwrites: what is left out is blanked. The result is `undefined` where the server answered without a body. */
  readonly replace: (id: string, input: Input) => Effect.Effect<A | undefined, ScimError>
  /** Changes single attributes. The result is `undefined` where the server answered without a body. */
  readonly patch: (id: string, changes: Changes<Change>) => Effect.Effect<A | undefined, ScimError>
  /** Slack deactivates a user in place of deleting; a group is gone for good. */
  readonly delete: (id: string) => Effect.Effect<void, ScimError>
}

/**
 * Builds filters with their values quoted. Slack takes them on both versions, though it documents them for v1 alone.
 * Source: https://datatracker.ietf.org/doc/html/rfc7644#section-3.4.2.2
 */
export const scimFilter = {
  /** Resources whose attribute has this value: `userName eq "ada"`. */
  equals: (attribute: string, value: string | boolean): string => `${attribute} eq ${JSON.stringify(value)}`,
}
