// One grant, one revoke and one account disabled in the simulated workspace, each looked up there afterwards.
import type { AccessReader } from "@rollcall/access"
import type { ChangeIntent, Connector } from "@rollcall/connector"
import { applyChanges, parseEntitlementId, runAction } from "@rollcall/connector"
import type { SimulatedSlack } from "@rollcall/slack-simulator"
import { Effect, Stream } from "effect"

/** A change, what came of it, and whether the simulated Slack holds it now. */
export interface DemoChange {
  readonly what: string
  readonly outcome: string
  readonly isVisible: boolean
}

/** Makes the three changes. */
export const changeSomething = Effect.fn("Demo.change")(function* (
  connector: Connector,
  access: AccessReader,
  slack: SimulatedSlack,
) {
  const { group, insider, outsider } = yield* choosePrincipals(access, slack)
  const entitlement = `group:${group.id}:member`
  const change = (intent: ChangeIntent, user: string) =>
    Effect.gen(function* () {
      const reference = yield* Effect.fromNullishOr(parseEntitlementId(entitlement))
      const changes = [{ entitlement: reference, principal: { resourceType: "user", resource: user } }]
      const { results } = yield* applyChanges(connector, { intent, changes })
      const isMember = membersOf(slack, group.id).includes(user)
      return {
        what: intent === "grant" ? `add ${user} to ${group.name}` : `remove ${user} from ${group.name}`,
        outcome: results[0]?.outcome ?? "notTried",
        isVisible: isMember === (intent === "grant"),
      } satisfies DemoChange
    })

  const granted = yield* change("grant", outsider)
  const revoked = yield* change("revoke", insider)
  const { outcome } = yield* runAction(connector, "disable_user", { user_id: outsider })
  const disabled: DemoChange = { what: `disable ${outsider}`, outcome, isVisible: !isActive(slack, outsider) }
  return [granted, revoked, disabled]
})

/** An IdP group, one of its members, and an ordinary member of the workspace who is not in it. */
const choosePrincipals = Effect.fnUntraced(function* (access: AccessReader, slack: SimulatedSlack) {
  const groups = [...slack.state()].flatMap((entry) => ("group" in entry && entry.members.length > 1 ? [entry] : []))
  const group = yield* Effect.fromNullishOr(groups[0])
  const ordinary = yield* access.entitlements({ resourceType: "workspaceRole" }).pipe(
    Stream.filter(({ id }) => id.endsWith(":member:assigned")),
    Stream.runHead,
    Effect.flatMap(Effect.fromOption),
  )
  const outsider = yield* access.principals({ entitlement: ordinary.id }).pipe(
    Stream.map(({ id }) => id.resource),
    Stream.filter((user) => !group.members.includes(user) && user !== "USLACKBOT"),
    Stream.drop(50),
    Stream.runHead,
    Effect.flatMap(Effect.fromOption),
  )
  return { group: { id: group.group, name: group.displayName }, insider: group.members[0] ?? "", outsider }
})

const membersOf = (slack: SimulatedSlack, group: string): ReadonlyArray<string> =>
  [...slack.state()].flatMap((entry) => ("group" in entry && entry.group === group ? entry.members : []))

const isActive = (slack: SimulatedSlack, user: string): boolean =>
  [...slack.state()].some((entry) => "account" in entry && entry.account === user && entry.active)
