// What a review is about, in one word each: `admins`, `group:IT Admins`. The same words say in reviewers.csv who reviews what.
import type { AccessReader, AccountAttributes, ListedGrant } from "@rollcall/access"
import { isBot, isOfKind, suggestion } from "@rollcall/access"
import type { ResourceId, StoreError } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import type { ReviewError } from "./ReviewError.ts"
import { refuse } from "./ReviewError.ts"

/** A grant with what is known of who holds it. */
export interface ReviewedGrant {
  readonly grant: ListedGrant
  readonly account: AccountAttributes
  readonly privileged: boolean
}

/** Which grants are meant. */
export interface Scope {
  /** As it was written. */
  readonly text: string
  /** The same, with a group or role by its id. */
  readonly means: string
  readonly covers: (grant: ReviewedGrant) => boolean
  /** Whether it names what it is about, so that base memberships are meant too. */
  readonly isNamed: boolean
  /** The resource types of which it needs to know everything; all where absent. */
  readonly needs: ReadonlyArray<string> | undefined
}

/** Whether a grant is to be reviewed in the scope. A base membership is only in one that names it. */
export const isIn = ({ covers, isNamed }: Scope, reviewed: ReviewedGrant, isBase: boolean): boolean =>
  (isNamed || !isBase) && covers(reviewed)

/** The scopes that stand for themselves. */
const words: Readonly<Record<string, Scope["covers"]>> = {
  all: () => true,
  admins: ({ privileged }) => privileged,
  guests: ({ account }) => isOfKind(account, "guest"),
  bots: ({ account }) => isBot(account),
  disabled: ({ account }) => account.status === "disabled" || account.status === "deleted",
}

/** The scopes that leave out accounts of which the kind is not known. */
export const scopesByKind: ReadonlySet<string> = new Set(["guests", "bots"])

/** The forms of a scope, for help and errors. */
export const scopeForms = "all, admins, guests, bots, disabled, group:NAME, role:NAME or entitlement:ID"

/** Understands scopes; a group or role is named by its id or its exact name. */
export const readScopes = Effect.fnUntraced(function* (
  access: AccessReader,
  texts: ReadonlyArray<string>,
): Effect.fn.Return<ReadonlyArray<Scope>, ReviewError | StoreError> {
  const types = yield* Stream.runCollect(access.resourceTypes)
  const withTrait = (trait: "user" | "group" | "role") =>
    types.filter(({ traits }) => traits.includes(trait)).map(({ id }) => id)
  return yield* Effect.forEach(texts, (text) => {
    const at = text.indexOf(":")
    const [word, name] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1).trim()]
    const covers = at < 0 ? words[word] : undefined
    if (covers !== undefined) {
      // The others are about everything that some accounts hold.
      const needs = word === "admins" ? [...withTrait("user"), ...access.meanings.types] : undefined
      return Effect.succeed<Scope>({ text, means: text, covers, isNamed: false, needs })
    }
    if (word === "entitlement" && name !== "") return entitlementScope(access, text, name)
    if ((word === "group" || word === "role") && name !== "") {
      return resourceScope(access, text, name, withTrait(word))
    }
    return refuse("OutOfOrder", `${text} is no scope.`, `A scope is ${scopeForms}.`)
  })
})

const entitlementScope = Effect.fnUntraced(function* (access: AccessReader, text: string, id: string) {
  if (!(yield* access.known.hasEntitlement(id))) {
    const hint = "`rollcall entitlements` lists those that there are."
    return yield* refuse("OutOfOrder", `The sync shows no entitlement ${id}.`, hint)
  }
  const [on] = yield* access.entitlements().pipe(
    Stream.filter((entitlement) => entitlement.id === id),
    Stream.take(1),
    Stream.runCollect,
  )
  const scope: Scope = {
    text,
    means: `entitlement:${id}`,
    covers: ({ grant }) => grant.entitlement.id === id,
    isNamed: true,
    needs: on === undefined ? undefined : [on.resource.id.resourceType],
  }
  return scope
})

/** Names that are kept for "Did you mean". */
const mostNames = 100_000

const resourceScope = Effect.fnUntraced(function* (
  access: AccessReader,
  text: string,
  name: string,
  types: ReadonlyArray<string>,
) {
  const byId: Array<ResourceId> = []
  const byName: Array<ResourceId> = []
  const names: Array<string> = []
  for (const resourceType of types) {
    yield* Stream.runForEach(access.resources({ resourceType }), ({ id, displayName }) =>
      Effect.sync(() => {
        if (id.resource === name || formatResourceId(id) === name) byId.push(id)
        else if (displayName === name) byName.push(id)
        if (names.length < mostNames) names.push(displayName)
      }),
    )
  }
  const [found, second] = byId.length > 0 ? byId : byName
  if (found === undefined) {
    const unread = (yield* access.coverage).filter(({ state }) => state === "skipped").flatMap(({ gaps }) => gaps)
    if (unread.length > 0) {
      const lacks = unread.map(({ missing, explanation }) => `The sync lacks ${missing}: ${explanation}`)
      const meant = [suggestion(name, names), ...lacks].filter((sentence) => sentence !== "")
      return yield* refuse(
        "NotAllowed",
        `The sync shows nothing that ${text} could mean, and did not read everything. ${meant.join(" ")}`,
        "Sync again with what is missing, or name a group or role that the sync shows.",
      )
    }
    if (names.length === 0) {
      const word = text.slice(0, text.indexOf(":"))
      return yield* refuse(
        "OutOfOrder",
        `The sync shows no ${word} at all, so ${text} means nothing.`,
        `If the system has one, a credential or setting that shows it was missing; \`rollcall doctor\` tells. Sync again then.`,
      )
    }
    const meant = suggestion(name, names)
    return yield* refuse(
      "OutOfOrder",
      `The sync shows nothing that ${text} could mean.${meant === "" ? "" : ` ${meant}`}`,
      "Name a group or role by its id or its exact name; `rollcall resources` lists them.",
    )
  }
  if (second !== undefined) {
    const ids = (byId.length > 0 ? byId : byName).map(formatResourceId).join(", ")
    return yield* refuse("OutOfOrder", `${text} can mean several: ${ids}.`, "Name one of them by its id.")
  }
  const scope: Scope = {
    text,
    means: meaningOf(text.slice(0, text.indexOf(":")), found),
    covers: ({ grant: { resource } }) =>
      resource.id.resourceType === found.resourceType && resource.id.resource === found.resource,
    isNamed: true,
    needs: [found.resourceType],
  }
  return scope
})

/** A scope that names the resource by its id; the type is said once. */
const meaningOf = (word: string, found: ResourceId): string =>
  word === found.resourceType ? formatResourceId(found) : `${word}:${formatResourceId(found)}`
