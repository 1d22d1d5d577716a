// What a reviewer asks of an account: address, status, kind, second factor, roles. What was not read is unknown, and never "no".
import type {
  AccessMeanings,
  AccountAttribute,
  Coverage,
  MeantKind,
  Resource,
  ResourceStatus,
} from "@rollcall/connector"
import { matcher } from "./matcher.ts"

/** A kind of account: what the roles that it holds mean, or, of a connector that declares no meanings, what its record says. */
export type AccountKind = MeantKind | NonNullable<NonNullable<Resource["account"]>["accountType"]>

/** What is known of an account. A member that is absent is unknown where `unknown` names it, and else the account has none. */
export interface AccountAttributes {
  /** The primary address. */
  readonly email: string | undefined
  readonly status: ResourceStatus | undefined
  /** The first of `kinds`. */
  readonly kind: AccountKind | undefined
  /** All that it is, what counts most first: who was invited as a guest is both. `member` is what an account is that is nothing else. */
  readonly kinds: ReadonlyArray<AccountKind>
  /** What people read behind the first: how far a guest gets in, or why no kind is known. */
  readonly kindNote: string | undefined
  /** All of that as people read it: `invited, guest (one channel)`. */
  readonly kindText: string
  readonly mfa: boolean | undefined
  /** The ids of the entitlements that make it privileged. */
  readonly privileged: ReadonlyArray<string>
  readonly unknown: ReadonlyArray<AccountAttribute>
}

/** What a file says beyond its records: what entitlements mean, and which attributes were not read. */
export interface Meanings {
  /** What the entitlements make of an account, what counts most first. */
  readonly kindsOf: (entitlements: ReadonlyArray<string>) => AccessMeanings["kinds"]
  readonly isPrivileged: (entitlement: string) => boolean
  /** Patterns of the entitlements that every account has for as long as it is in the system. */
  readonly base: ReadonlyArray<string>
  /** What people have to do before an account that holds these can be disabled, where no API does it; a sentence. */
  readonly firstToDisable: (entitlements: ReadonlyArray<string>) => string | undefined
  /** Whether kinds come from entitlements. */
  readonly declareKinds: boolean
  /** The kinds that accounts of the file can have. */
  readonly kinds: ReadonlyArray<AccountKind>
  /** Whether it is known which entitlements are privileged. */
  readonly declarePrivileged: boolean
  /** Whether an account that lacks the attribute has none of it. */
  readonly tells: (attribute: AccountAttribute) => boolean
  /** The types of resources whose entitlements mean something. */
  readonly types: ReadonlyArray<string>
}

/** Meanings as a file of these resource types needs them: `privileged` are further patterns that a reader names. */
export const meaningsFrom = (
  declared: AccessMeanings | undefined,
  coverage: ReadonlyArray<Coverage>,
  types: ReadonlyArray<string>,
  privileged: ReadonlyArray<string> = [],
): Meanings => {
  const kinds = (declared?.kinds ?? []).map((meaning) => ({ meaning, matches: matcher(meaning.entitlement) }))
  const notDisabled = (declared?.notDisabled ?? []).map(({ entitlement, first }) => ({
    entitlement,
    first,
    matches: matcher(entitlement),
  }))
  const privileging = [...(declared?.privileged ?? []), ...privileged]
  const unread = new Set(coverage.flatMap(({ gaps }) => gaps.flatMap(({ attributes = [] }) => attributes)))
  const told = coverage.length === 0 ? [] : (declared?.attributes ?? [])
  return {
    kindsOf: (entitlements) => kinds.flatMap(({ meaning, matches }) => (entitlements.some(matches) ? [meaning] : [])),
    isPrivileged: entitlementsLike(privileging),
    base: declared?.base ?? [],
    firstToDisable: (entitlements) => notDisabled.find(({ matches }) => entitlements.some(matches))?.first,
    declareKinds: kinds.length > 0,
    kinds: kinds.length > 0 ? [...new Set(kinds.map(({ meaning }) => meaning.kind))] : accountTypes,
    declarePrivileged: privileging.length > 0,
    tells: (attribute) => told.includes(attribute) && !unread.has(attribute),
    types: types.filter((type) =>
      [
        ...kinds.map(({ meaning }) => meaning.entitlement),
        ...notDisabled.map(({ entitlement }) => entitlement),
        ...privileging,
      ].some((pattern) => isAbout(pattern, type)),
    ),
  }
}

const accountTypes: ReadonlyArray<AccountKind> = ["human", "service", "system"]

/** Whether a pattern can stand for entitlements on resources of the type. */
const isAbout = (pattern: string, type: string): boolean =>
  pattern.startsWith(`${type}:`) || pattern.slice(0, Math.max(0, pattern.indexOf(":"))).includes("*")

/** Those meanings that a file is read by: its connector's; of a file that names none, those whose types it has. */
export const meaningsFor = (
  known: ReadonlyArray<KnownMeanings>,
  connector: string | undefined,
  types: ReadonlyArray<string>,
): AccessMeanings | undefined => {
  const fits = ({ kinds, privileged }: AccessMeanings): boolean =>
    [...kinds.map(({ entitlement }) => entitlement), ...privileged].every((pattern) =>
      types.some((type) => isAbout(pattern, type)),
    )
  const found = known.find(({ id, meanings }) =>
    connector === undefined ? meanings !== undefined && fits(meanings) : id === connector,
  )
  return found?.meanings
}

/** The meanings that a connector declares, by the connector's id. */
export interface KnownMeanings {
  readonly id: string
  readonly meanings?: AccessMeanings | undefined
}

/** Tells whether the id of an entitlement is one that any of the patterns stands for. */
export const entitlementsLike = (patterns: ReadonlyArray<string>): ((entitlement: string) => boolean) => {
  const matchers = patterns.map(matcher)
  return (entitlement) => matchers.some((matches) => matches(entitlement))
}

/** Whether an account is of one of these kinds, whatever else it is. */
export const isOfKind = ({ kinds }: Pick<AccountAttributes, "kinds">, ...these: ReadonlyArray<AccountKind>): boolean =>
  kinds.some((kind) => these.includes(kind))

/** Whether an account is nobody's own. */
export const isBot = (account: Pick<AccountAttributes, "kinds">): boolean =>
  isOfKind(account, "bot", "service", "system")

interface KnownKind {
  readonly kind: AccountKind
  readonly note?: string | undefined
}

/** Each kind once, with the first note. */
const knownKinds = (meant: AccessMeanings["kinds"], accountType: AccountKind | undefined): ReadonlyArray<KnownKind> => {
  if (meant.length === 0) return accountType === undefined ? [] : [{ kind: accountType }]
  const once = meant.filter(({ kind }, at) => meant.findIndex((other) => other.kind === kind) === at)
  return once.length === 1 ? once : once.filter(({ kind }) => kind !== "member")
}

const textOfKind = ({ kind, note }: KnownKind): string => (note === undefined ? kind : `${kind} (${note})`)

/** What is known of an account that holds these entitlements. */
export const attributesOf = (
  resource: Pick<Resource, "account" | "status">,
  held: ReadonlyArray<string>,
  meanings: Meanings,
): AccountAttributes => {
  const { account, status } = resource
  const email = account?.emails?.[0]
  // Of whom only a grant tells, nothing was read.
  const tells = (attribute: AccountAttribute): boolean => account !== undefined && meanings.tells(attribute)
  const known = knownKinds(meanings.kindsOf(held), meanings.declareKinds ? undefined : account?.accountType)
  const kinds = known.map(({ kind }) => kind)
  const [kind] = kinds
  // Slack and others drop the roles and the second factor of an account that is not in use.
  const isOff = status === "disabled" || status === "deleted"
  const isPerson = !isBot({ kinds }) && account?.accountType !== "service"
  const mfa = account?.mfaEnabled ?? (isPerson && !isOff && tells("mfa") ? false : undefined)
  const kindNote = known[0]?.note ?? (kind === undefined && isOff ? "not known since it was deactivated" : undefined)
  const unknown: Array<AccountAttribute> = []
  if (email === undefined && !tells("email")) unknown.push("email")
  if (status === undefined) unknown.push("status")
  if (kind === undefined) unknown.push("kind")
  if (mfa === undefined) unknown.push("mfa")
  return {
    email,
    status,
    kind,
    kinds,
    kindNote,
    kindText: known.length === 0 ? (kindNote ?? "unknown") : known.map(textOfKind).join(", "),
    mfa,
    privileged: held.filter(meanings.isPrivileged),
    unknown,
  }
}
