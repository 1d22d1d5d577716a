// What two syncs can be compared in. What one of them does not show is unknown, and never removed or changed.
import type { AccountAttribute, Coverage, Gap } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import type { Unknown } from "./Change.ts"

/** What a sync says of how much it shows. */
export interface ShownBySync {
  /** `full` or narrower. */
  readonly type: string
  /** The resource types that it lists. */
  readonly types: ReadonlyArray<string>
  /** Empty in files that other programs wrote. */
  readonly coverage: ReadonlyArray<Coverage>
}

/** What a sync says of itself, as far as comparing takes. */
export interface ComparedSide extends ShownBySync {
  /** Whether kinds of accounts come from what they hold, and not from their records. */
  readonly declareKinds: boolean
  /** Expandable grants that are not expanded. */
  readonly unexpandedGrants: number
}

/** What can be told of the differences of two syncs. */
export interface Comparable {
  /** Whether both syncs show all records of the type and all grants on it. */
  readonly isKnown: (resourceType: string) => boolean
  /** Whether both syncs show the attribute. Of a single account it may be unknown all the same. */
  readonly tells: (attribute: AccountAttribute) => boolean
  /** Whether only what principals hold themselves can be compared. */
  readonly onlyDirect: boolean
  readonly unknown: ReadonlyArray<Unknown>
}

type When = "earlier" | "later"

/** What the coverage of both syncs lets be told, and what not. */
export const comparableIn = (before: ComparedSide, after: ComparedSide): Comparable => {
  const sides = [
    ["earlier", before],
    ["later", after],
  ] as const
  const types = [...new Set([...before.types, ...after.types, ...coveredBy(before), ...coveredBy(after)])]
  const wholes = types.flatMap((resourceType) => {
    const reasons = merged(sides.flatMap(([when, side]) => whyUnknown(side, resourceType).map((why) => [why, when])))
    return reasons.map(([why, where]): Unknown => ({
      resourceType,
      attribute: null,
      text: `${resourceType} is not compared: ${where} ${why}`,
      expected: sides.every(([, side]) => isLeftToCredential(side, resourceType)),
    }))
  })
  const attributes = attributesUnknown(sides)
  const kinds: ReadonlyArray<Unknown> =
    before.declareKinds === after.declareKinds
      ? []
      : [
          {
            resourceType: "",
            attribute: "kind",
            text: "Kinds of accounts are not compared: one sync tells them by roles, and the other by the types of accounts.",
            expected: false,
          },
        ]
  const onlyDirect = before.unexpandedGrants + after.unexpandedGrants > 0
  const inherited: ReadonlyArray<Unknown> = onlyDirect
    ? [
        {
          resourceType: "",
          attribute: null,
          text: "What is inherited is not compared: expandable grants of a sync are not expanded.",
          expected: false,
        },
      ]
    : []
  const unread = new Set([...attributes, ...kinds].map(({ attribute }) => attribute))
  const unknownTypes = new Set(wholes.map(({ resourceType }) => resourceType))
  return {
    isKnown: (resourceType) => !unknownTypes.has(resourceType),
    tells: (attribute) => !unread.has(attribute),
    onlyDirect,
    unknown: [...wholes, ...attributes, ...kinds, ...inherited],
  }
}

const coveredBy = ({ coverage }: ComparedSide): ReadonlyArray<string> =>
  coverage.map(({ resourceType }) => resourceType)

/** Why a sync does not show all of a type: nothing where it does. Each is the rest of a sentence that begins with the sync. */
export const whyUnknown = ({ type, types, coverage }: ShownBySync, resourceType: string): ReadonlyArray<string> => {
  const covered = coverage.find((it) => it.resourceType === resourceType)
  if (covered === undefined && (coverage.length > 0 || !types.includes(resourceType)))
    return ["does not list this type."]
  if (covered === undefined)
    return type === "full" ? [] : [`is of the type ${type}, and does not say what it left out.`]
  const wholes = covered.gaps.filter(isWhole)
  if (wholes.length > 0) return wholes.map((gap) => `lacks ${missing(gap)}`)
  return covered.state === "skipped" ? ["did not read it."] : []
}

/** Whether a gap keeps records out, and not only attributes of them. What no sync promises keeps no record out. */
const isWhole = ({ attributes, expected }: Gap): boolean => attributes === undefined && expected !== true

/** Whether the type is unknown only because a credential was not given that the system need not have anything for. */
const isLeftToCredential = ({ coverage }: ShownBySync, resourceType: string): boolean => {
  const gaps = coverage.find((it) => it.resourceType === resourceType)?.gaps.filter(isWhole) ?? []
  return gaps.length > 0 && gaps.every(({ reason }) => reason === "furtherCredential")
}

const missing = (gap: Gap): string => sentenceOf({ message: `${gap.missing}.`, hint: gap.explanation })

const attributesUnknown = (sides: ReadonlyArray<readonly [When, ComparedSide]>): ReadonlyArray<Unknown> => {
  const gaps = sides.flatMap(([when, { coverage }]) =>
    coverage.flatMap((covered) => covered.gaps.map((gap) => ({ when, gap }))),
  )
  const named = new Set(gaps.flatMap(({ gap: { attributes = [] } }) => attributes))
  return [...named].flatMap((attribute) => {
    const about = gaps.filter(({ gap }) => gap.attributes?.includes(attribute) === true)
    return merged(about.map(({ when, gap }) => [`lacks ${missing(gap)}`, when])).map(([why, where]): Unknown => ({
      resourceType: about[0]?.gap.resourceType ?? "",
      attribute,
      text: `${attributeNames[attribute]} are not compared: ${where} ${why}`,
      expected: about.every(({ gap }) => gap.expected === true),
    }))
  })
}

/** How an attribute of accounts is called in a sentence. */
const attributeNames: Readonly<Record<AccountAttribute, string>> = {
  email: "E-mail addresses",
  kind: "Kinds of accounts",
  mfa: "Second factors",
  status: "Statuses of accounts",
}

/** Each reason once, with the syncs that it is about. */
const merged = (
  reasons: ReadonlyArray<readonly [why: string, when: When]>,
): ReadonlyArray<readonly [why: string, where: string]> =>
  [...new Set(reasons.map(([why]) => why))].map((why) => {
    const sides = new Set(reasons.filter((reason) => reason[0] === why).map(([, when]) => when))
    return [why, sides.size > 1 ? "each sync" : `the ${[...sides].join()} sync`]
  })
