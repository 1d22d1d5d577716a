// What a sync lets be known. A gap makes a figure unknown, and never smaller.
import type { AccessReader } from "@rollcall/access"
import { incompletenessOf, whyUnknown } from "@rollcall/access"
import type { AccountAttribute, Gap, StoreError } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { Figure, Unseen } from "./Report.ts"

/** Why something is not known, in a sentence; `null` where it is. */
export type Lack = string | null

/** A figure that is known, or of which nothing is known beyond what was seen. */
export const figureOf = (seen: number, why: Lack): Figure => ({ seen, why, most: null })

/** A type of resources, and what they are. */
export interface KnownType {
  readonly name: string
  readonly isAccount: boolean
  readonly isGroup: boolean
  readonly isRole: boolean
}

/** What the sync lets be known. */
export interface Knowledge {
  /** The types of resources that the sync lists or says something of, with their names. */
  readonly types: ReadonlyMap<string, KnownType>
  /** Ids of types that the sync does not list, and says that it did not read. */
  readonly unlisted: ReadonlyArray<string>
  /** Why the resources of these types are not all seen. */
  readonly lackOf: (types: Iterable<string>) => Lack
  /** The same of who holds something on them. */
  readonly lackOfGrants: (types: Iterable<string>) => Lack
  /** Why an attribute of accounts was not read. */
  readonly unread: (attribute: AccountAttribute) => Lack
  /** What the sync itself says that it lacks. */
  readonly unseen: ReadonlyArray<Unseen>
}

/** What the sync that is read lets be known. */
export const knowledgeOf = Effect.fnUntraced(function* (access: AccessReader): Effect.fn.Return<Knowledge, StoreError> {
  const { sync } = access
  const coverage = yield* access.coverage
  const listed = yield* Stream.runCollect(access.resourceTypes)
  const { unexpandedGrants } = yield* access.incompleteness
  const { notes } = yield* incompletenessOf(access, "missing")
  const shown = { type: sync?.type ?? "", types: listed.map(({ id }) => id), coverage }
  const unfinished: Lack = sync?.endedAt === undefined ? "The sync has not finished, so records may be missing." : null
  const inherited: Lack = unexpandedGrants > 0 ? "What is inherited is not listed: grants are not expanded." : null
  const lackOf = (types: Iterable<string>): Lack =>
    unfinished ??
    [...types].flatMap((type) => whyUnknown(shown, type).map((why) => `${type} is not known: the sync ${why}`))[0] ??
    null
  const gaps = coverage.flatMap((it) => it.gaps)
  return {
    types: new Map(
      listed.map(({ id, displayName, traits }) => [
        id,
        {
          name: displayName,
          isAccount: traits.includes("user"),
          isGroup: traits.includes("group"),
          isRole: traits.includes("role"),
        },
      ]),
    ),
    unlisted: coverage.map(({ resourceType }) => resourceType).filter((type) => !shown.types.includes(type)),
    lackOf,
    lackOfGrants: (types) => lackOf(types) ?? inherited,
    unread: (attribute) => {
      const gap = gaps.find(({ attributes }) => attributes?.includes(attribute) === true)
      return gap === undefined ? null : `${capitalized(gap.missing)} are not known: ${gap.explanation}`
    },
    unseen: [
      ...notes.map((note): Unseen => ({ what: "The sync is not complete", why: note, expected: false })),
      ...(sync === undefined || sync.type === "full" ? [] : [narrowed(sync.type)]),
      ...gaps.map((gap) => unseenOf(gap)),
      ...(coverage.length > 0 ? [] : [untold]),
    ],
  }
})

const unseenOf = ({ missing, explanation, expected }: Gap): Unseen => ({
  what: capitalized(missing),
  why: explanation,
  expected: expected === true,
})

const narrowed = (type: string): Unseen => ({
  what: "The sync is not a full one",
  why: `It is of the type ${type === "" ? "unknown" : type}, so it shows a part of what there is.`,
  expected: false,
})

const untold: Unseen = {
  what: "The file does not say what is missing from it",
  why: "Only files that Rollcall wrote do. Figures are those of the records that are in the file.",
  expected: false,
}

const capitalized = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1)
