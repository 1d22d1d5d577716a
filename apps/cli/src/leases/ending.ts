// Ends one lease before its time, or a reminder, by its id.
import type { Connector } from "@rollcall/connector"
import { applyChanges, AuditOrigin, formatResourceId, runActions } from "@rollcall/connector"
import type { Lease } from "@rollcall/plan"
import { closed, closeLease, isGone, LeaseStore, readHolders } from "@rollcall/plan"
import { Clock, Effect } from "effect"
import { refuseUnapproved } from "../approval/approval.ts"
import { confirm } from "../changes/carryOut.ts"
import { verdictOf } from "../changes/outcomes.ts"
import { UsageError } from "../errors.ts"
import { errLines, Screen } from "../Screen.ts"
import type { Writing } from "./extending.ts"
import { checkTenant, writing } from "./extending.ts"
import { openLease } from "./listing.ts"

/** Ends a lease before its time, or a reminder; says who has what and why, and asks. */
export const endLease = Effect.fn("Leases.endOne")(function* (
  connector: Connector,
  options: Writing & { readonly id: string; readonly yes: boolean },
) {
  const { id, yes, rules, auditFile, origin } = options
  const { ask } = yield* Screen
  const lease = yield* openLease(rules.store, id)
  yield* checkTenant(connector, lease)
  if (lease.kind === "reminder" && (yes || ask !== undefined)) {
    const { principal } = lease
    const { name, values } = yield* enabling(connector, lease)
    const desired = { _tag: "Action", action: name, values, principal } as const
    yield* Effect.provideService(refuseUnapproved(connector, [desired], rules), AuditOrigin, origin)
  }
  yield* errLines(yield* linesOf(connector, lease))
  if (!yes) {
    if (ask === undefined) return yield* errLines(["Nothing was changed. Run again with --yes to carry it out."])
    yield* confirm(ask)
  }
  const ended =
    lease.kind === "reminder"
      ? yield* writing(options)(enable(connector, lease))
      : yield* writing(options)(remove(connector, lease))
  if ("results" in ended) yield* verdictOf(ended, { single: true })
  else yield* errLines([`It was over already: ${ended.closedAs}.`])
  yield* errLines([`Done; recorded in ${auditFile}.`])
})

const linesOf = Effect.fnUntraced(function* ({ provisioning }: Connector, lease: Lease) {
  const { entitlement, principal, endsAt, begunAt, reason, actor, kind } = lease
  const found = yield* provisioning?.findPrincipals([principal.resource]) ?? Effect.succeed(new Map())
  const meant = found.get(principal.resource)
  const { displayName, address } = meant === undefined || "unclear" in meant ? {} : meant
  const who = [displayName, address === undefined ? undefined : `<${address}>`, `(${formatResourceId(principal)})`]
  const what = kind === "reminder" ? "is disabled" : `has ${entitlement.id}`
  return [
    `${who.filter((part) => part !== undefined).join(" ")} ${what} until ${endsAt}.`,
    `Since ${begunAt}${actor === undefined ? "" : `, by ${actor}`}${reason === undefined ? "" : `: ${reason}`}`,
    kind === "reminder" ? "The account would be enabled." : "It would be removed now.",
  ]
})

/** The store follows: the lease is closed as revoked, or as removed by others; and here where the group or the person is gone. */
const remove = Effect.fnUntraced(function* (connector: Connector, lease: Lease) {
  const { entitlement, principal } = lease
  const ran = yield* applyChanges(connector, { intent: "revoke", changes: [{ entitlement, principal }] })
  const [result] = ran.results
  if (result?.outcome !== "failed" || !isGone(result.failure)) return ran
  const read = yield* Effect.option(Effect.flip(readHolders(connector, entitlement)))
  const isEntitlement = read._tag === "Some" && isGone(read.value)
  return yield* closeLease(lease, isEntitlement ? "entitlement gone" : "person gone", yield* connector.identify)
})

/** The action that enables an account, and what it is run with. */
const enabling = Effect.fnUntraced(function* (connector: Connector, { principal }: Lease) {
  const action = connector.actions?.find(({ kind }) => kind === "accountEnable")
  const argument = action?.arguments.find(({ isPrincipal }) => isPrincipal === true)
  if (action === undefined || argument === undefined) return yield* cannotEnable(connector)
  return { name: action.name, values: { [argument.name]: principal.resource } }
})

const enable = Effect.fnUntraced(function* (connector: Connector, lease: Lease) {
  const { name, values } = yield* enabling(connector, lease)
  const ran = yield* runActions(connector, name, [values])
  const [result] = ran.results
  if (result?.outcome === "changed" || result?.outcome === "already") {
    yield* (yield* LeaseStore).put(closed(lease, "done", yield* Clock.currentTimeMillis))
  }
  return ran
})

const cannotEnable = ({ displayName }: Connector) =>
  new UsageError({
    message: `${displayName} cannot enable accounts.`,
    hint: "`rollcall actions list` has the actions.",
  })
