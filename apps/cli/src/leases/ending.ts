// Moves and ends leases: one by its id, or all whose time is over.
import { auditLogFile } from "@rollcall/audit-file"
import type { Connector, Failure, FailureKind } from "@rollcall/connector"
import { applyChanges, AuditOrigin, exitCodes, formatResourceId, runActions, sentenceOf } from "@rollcall/connector"
import type { ChangeRules } from "@rollcall/host/changes"
import { changeServices, clockSkew } from "@rollcall/host/changes"
import { intervalOf } from "@rollcall/host/schedule"
import type { EndedLeases, Lease } from "@rollcall/plan"
import { closed, endLeases, grantUntil, LeaseStore } from "@rollcall/plan"
import { Clock, Effect, Schema, Stream } from "effect"
import { refuseUnapprovedLease } from "../approval/approval.ts"
import { confirm } from "../changes/carryOut.ts"
import { verdictOf } from "../changes/outcomes.ts"
import { ExitWith, UsageError } from "../errors.ts"
import type { OutputFormat } from "../render/printListing.ts"
import { printListing } from "../render/printListing.ts"
import { errLines, Screen } from "../Screen.ts"
import type { ShownLease } from "./listing.ts"
import { leaseListing, openLease } from "./listing.ts"

/** What changes of leases are made with. */
interface Writing {
  readonly origin: AuditOrigin
  readonly rules: ChangeRules
  readonly auditFile: string
}

const writing =
  ({ origin, rules, auditFile }: Writing) =>
  <A, E, R>(work: Effect.Effect<A, E, R>) =>
    work.pipe(
      Effect.provide(changeServices(rules, auditLogFile(auditFile))),
      Effect.provideService(AuditOrigin, origin),
    )

/** No end is given. */
export const noEnd = new UsageError({
  message: "Nothing says when the lease ends.",
  hint: "Give --for with a time from now, or --until with an instant.",
})

/** Moves the end of a lease later, or a reminder. */
export const extendLease = Effect.fn("Leases.extend")(function* (
  connector: Connector,
  options: Writing & {
    readonly id: string
    readonly until: number
    readonly maxLease: string | undefined
    readonly format: OutputFormat
  },
) {
  const { id, until, maxLease, rules, format } = options
  const lease = yield* openLease(rules.store, id)
  yield* checkTenant(connector, lease)
  yield* refuseUnapprovedLease(connector, lease, rules)
  const moved =
    lease.kind === "reminder"
      ? yield* writing(options)(moveReminder(lease, until))
      : (yield* writing(options)(grantUntil(connector, { ...lease, until, maxLease: intervalOf(maxLease ?? "") })))
          .lease
  yield* printListing(leaseListing(), Stream.make({ lease: moved }), format)
})

/** Also to earlier: nobody gains or loses anything by it, and is only told sooner. */
const moveReminder = Effect.fnUntraced(function* (lease: Lease, until: number) {
  if (until <= (yield* Clock.currentTimeMillis)) {
    return yield* new UsageError({
      message: `The time, ${new Date(until).toISOString()}, is over.`,
      hint: `Give a later one; or \`rollcall leases end ${lease.id}\`, which enables the account.`,
    })
  }
  const moved = { ...lease, endsAt: new Date(until).toISOString() }
  yield* (yield* LeaseStore).put(moved)
  return moved
})

/** Ends a lease before its time, or a reminder; says who has what and why, and asks. */
export const endLease = Effect.fn("Leases.endOne")(function* (
  connector: Connector,
  options: Writing & { readonly id: string; readonly yes: boolean },
) {
  const { id, yes, rules, auditFile } = options
  const { ask } = yield* Screen
  const lease = yield* openLease(rules.store, id)
  yield* checkTenant(connector, lease)
  if (lease.kind === "reminder") yield* refuseUnapprovedLease(connector, lease, rules)
  yield* errLines(yield* linesOf(connector, lease))
  if (!yes) {
    if (ask === undefined) return yield* errLines(["Nothing was changed. Run again with --yes to carry it out."])
    yield* confirm(ask)
  }
  const ended =
    lease.kind === "reminder"
      ? yield* writing(options)(enable(connector, lease))
      : yield* writing(options)(remove(connector, lease))
  yield* verdictOf(ended, { single: true })
  yield* errLines([`Done; recorded in ${auditFile}.`])
})

const checkTenant = Effect.fnUntraced(function* ({ identify }: Connector, { id, tenant }: Lease) {
  const here = yield* identify
  if (here.id === tenant) return
  return yield* new UsageError({
    message: `The lease ${id} is of ${tenant}, and the token opens ${here.displayName} (${here.id}).`,
    hint: "Use the token of the workspace that the lease is of.",
  })
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

/** The store follows: the lease is closed as revoked, or as removed by others. */
const remove = (connector: Connector, { entitlement, principal }: Lease) =>
  applyChanges(connector, { intent: "revoke", changes: [{ entitlement, principal }] })

const enable = Effect.fnUntraced(function* (connector: Connector, lease: Lease) {
  const action = connector.actions?.find(({ kind }) => kind === "accountEnable")
  const argument = action?.arguments.find(({ isPrincipal }) => isPrincipal === true)
  if (action === undefined || argument === undefined) return yield* cannotEnable(connector)
  const ran = yield* runActions(connector, action.name, [{ [argument.name]: lease.principal.resource }])
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

/** Ends what is over, once, and prints what came of it. */
export const expire = Effect.fn("Leases.expire")(function* (
  connector: Connector,
  options: Writing & { readonly format: OutputFormat },
) {
  const pass = yield* writing(options)(Effect.provide(endLeases(connector), clockSkew))
  const { ended, failed, blocked, clock } = pass
  const shown: ReadonlyArray<ShownLease> = [
    ...ended.map((lease) => ({ lease, outcome: "ended", why: lease.closedAs })),
    ...failed.map((lease) => ({ lease, outcome: "failed", why: lease.lastFailure })),
    ...blocked.map(({ lease, why }) => ({ lease, outcome: "blocked", why: sentenceOf(why) })),
  ]
  yield* printListing(leaseListing(true), Stream.fromIterable(shown), options.format)
  if (clock !== undefined) return yield* clockError(clock)
  if (failed.length > 0) return yield* new ExitWith({ code: exitCodes.unexpected })
  if (blocked.length > 0) return yield* new ExitWith({ code: exitCodes.refused })
})

/** Nothing ends by a clock that may be wrong. */
class ClockError
  extends Schema.TaggedError<ClockError>()("ClockError", {
    known: Schema.Boolean,
    message: Schema.String,
    hint: Schema.String,
  })
  implements Failure
{
  get kind(): FailureKind {
    return this.known ? "configuration" : "unavailable"
  }
}

const clockError = ({ skew }: NonNullable<EndedLeases["clock"]>) =>
  skew === undefined
    ? new ClockError({
        known: false,
        message: "Nothing was ended: no reply has told the system's time.",
        hint: "Try again; access ends only where this machine's clock is known to be right.",
      })
    : new ClockError({
        known: true,
        message: `Nothing was ended: this machine's clock and the system's differ by ${Math.round(Math.abs(skew) / 1000)} seconds.`,
        hint: "Set the clock of this machine, then run the same again.",
      })
