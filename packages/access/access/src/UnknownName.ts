// The error of a name that a file does not know, with what somebody who made a typing mistake may have meant.
import { didYouMean as questionOf, editDistance } from "@rollcall/config"
import type { Failure, FailureKind } from "@rollcall/connector"
import { Schema } from "effect"

/** A name was asked for that the file or the sync does not know. The message says what may have been meant. */
export class UnknownName
  extends Schema.TaggedError<UnknownName>()("UnknownName", { message: Schema.String, hint: Schema.String })
  implements Failure
{
  get kind(): FailureKind {
    return "usage"
  }
}

/** What was asked for cannot be answered from the sync, as it was not read: an empty list would look like an answer. */
export class NotKnown
  extends Schema.TaggedError<NotKnown>()("NotKnown", { message: Schema.String, hint: Schema.String })
  implements Failure
{
  get kind(): FailureKind {
    return "refused"
  }
}

/** The file holds no sync of the id. */
export const noSuchSync = (
  file: string,
  syncId: string,
  syncs: ReadonlyArray<{ readonly id: string }>,
): UnknownName => {
  const meant = suggestion(
    syncId,
    syncs.map(({ id }) => id),
  )
  return new UnknownName({
    message: `${file} holds no sync ${syncId}.${meant === "" ? "" : ` ${meant}`}`,
    hint: "`rollcall syncs` lists those that it holds.",
  })
}

/** Something that could have been meant. */
export interface Candidate {
  /** How it is named in the suggestion. */
  readonly shown: string
  /** What may have been typed for it: its id, its name. */
  readonly names: ReadonlyArray<string>
}

/** A candidate that is close, and how far it is from what was typed. */
interface Found {
  readonly shown: string
  readonly distance: number
}

/** Suggestions that are shown. */
const most = 3

/** Adds a candidate to the closest ones so far: only those that are equally close are kept, three at most. */
export const closer = (
  found: ReadonlyArray<Found>,
  typed: string,
  { shown, names }: Candidate,
): ReadonlyArray<Found> => {
  const distance = Math.min(...names.map((name) => distanceOf(fold(typed), fold(name))))
  const closest = found[0]?.distance ?? tolerance(typed)
  if (distance > closest || found.some((other) => other.shown === shown)) return found
  return distance < closest ? [{ shown, distance }] : [...found, { shown, distance }].slice(0, most)
}

/** "Did you mean a, b or c?", or an empty text where nothing is close. */
export const didYouMean = (found: ReadonlyArray<Found>): string => questionOf(found.map(({ shown }) => shown))

/** As `didYouMean`, from a list. */
export const suggestion = (typed: string, names: ReadonlyArray<string>): string =>
  didYouMean(
    names.reduce<ReadonlyArray<Found>>((found, name) => closer(found, typed, { shown: name, names: [name] }), []),
  )

/** Edits that a typing mistake has at most: few for short names, as any of those is two edits from many others. */
const tolerance = (typed: string): number => (typed.length <= 4 ? 1 : 2)

// Case and the signs between words are easily mistaken: user-group, User Group and userGroup are the same mistake.
const fold = (name: string): string => name.toLowerCase().replaceAll(/[-_ ]/g, "")

/** How many edits away it is, of two at most. */
const distanceOf = (typed: string, name: string): number =>
  // An id whose last parts were left out, as in userGroup:S1 for userGroup:S1:member.
  typed.length > 0 && name.startsWith(`${typed}:`) ? 1 : editDistance(typed, name, 2)
