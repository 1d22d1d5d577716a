// One change of an entitlement: its write between two lines of the audit log, and the proof.
import { Effect, Result } from "effect"
import type { AuditLog } from "../AuditLog.ts"
import type { Tenant } from "../Connector.ts"
import { ConnectorError } from "../ConnectorError.ts"
import { formatResourceId } from "../model.ts"
import type { EntitlementHolders, EntitlementReference, Provisioning } from "../Provisioning.ts"
import { toEntitlementHolders } from "../Provisioning.ts"
import type { StoreError } from "../StoreError.ts"
import type { AppendEntry } from "./audited.ts"
import { audited, auditEntries, leftOpen, writeOnce } from "./audited.ts"
import type { ChangeResult, IntendedChange } from "./Change.ts"
import type { Holders } from "./changeEntitlement.ts"

/** Whose entitlement it is, how it is changed, and to whom the results go. */
export interface EntitlementContext<R> {
  readonly provisioning: Provisioning<R>
  readonly tenant: Tenant
  readonly entitlement: EntitlementReference
  readonly dryRun: boolean
  /** Who holds it, where that was read just before. */
  readonly held?: EntitlementHolders | undefined
  /** A change that may have taken effect and was not proven, where such a one ends the run. */
  readonly doubt: () => ConnectorError | undefined
  /** Records the final result of a change and tells of it. */
  readonly settle: (result: ChangeResult) => Effect.Effect<void>
}

/** Who holds the entitlement now, and the name of its resource where the read shows it. */
export const readHolders = <R>({ provisioning, entitlement }: EntitlementContext<R>) =>
  Effect.map(provisioning.holders(entitlement), toEntitlementHolders)

/** Asks for further ids of the principal where they are not known, since the system may list it under one of them. */
export const learnAliases = <R>({ provisioning }: EntitlementContext<R>, change: IntendedChange, holders: Holders) =>
  provisioning.aliasesOf === undefined || change.aliases !== undefined
    ? Effect.void
    : Effect.map(provisioning.aliasesOf(change.principal), (aliases) => holders.noteAliases(change, aliases))

/** A credential that is lost and a system that is away meet every further change in the same way. */
export const endsTheRun = ({ reason, isLocal }: ConnectorError): boolean =>
  reason._tag === "CredentialRejected" || (reason._tag === "Unavailable" && !isLocal)

/** Settles all of these as failed for one reason. */
export const failAll = <R>(
  { settle }: EntitlementContext<R>,
  changes: ReadonlyArray<IntendedChange>,
  failure: ConnectorError,
) => Effect.forEach(changes, (change) => settle({ change, outcome: "failed", failure }), { discard: true })

/** What came of the change; `append` notes more about it in the audit log. */
export type Made = { readonly append: AppendEntry } & (
  | { readonly _tag: "Proven" }
  /** The system accepted it, and its answer did not show it: the change is not settled yet. */
  | { readonly _tag: "Unproven" }
  /** It failed, is settled as that, and says nothing of the next change; the server's own trouble may. */
  | { readonly _tag: "Failed"; readonly failure: ConnectorError }
  /** There is no sense in another change. This one is settled as failed if it was sent, and otherwise not at all. */
  | { readonly _tag: "EndsTheRun"; readonly failure: ConnectorError | StoreError }
)

/** Writes, and keeps in `holders` what the system accepted or showed. */
export const makeChange = Effect.fnUntraced(function* <R>(
  context: EntitlementContext<R>,
  change: IntendedChange,
  holders: Holders,
): Effect.fn.Return<Made, never, R | AuditLog> {
  const { tenant, entitlement, settle } = context
  const { intent } = change
  const target = { entitlement: entitlement.id, principal: formatResourceId(change.principal) }
  const append = yield* auditEntries({ tenant, intent, target, statedReason: change.statedReason })
  const held = new Map([[entitlement.id, { holders: holders.known() }]])
  const written = yield* Effect.result(
    audited(append, write(context, change, holders), { tenant: tenant.id, changes: [change], held }),
  )
  if (Result.isSuccess(written)) {
    const { outcome, isShown } = written.success
    if (!isShown) holders.noteMade(change)
    if (!isShown || !holders.isMet(change)) return { _tag: "Unproven", append }
    yield* settle({ change, outcome })
    return { _tag: "Proven", append }
  }
  const { failure } = written
  switch (failure._tag) {
    case "ConnectorError":
      if (failure.reason._tag === "Braked") return { _tag: "EndsTheRun", failure, append }
      yield* settle({ change, outcome: "failed", failure })
      return { _tag: endsTheRun(failure) ? "EndsTheRun" : "Failed", failure, append }
    case "Unrecorded":
      yield* settle({ change, outcome: "failed", failure: failure.asFailure })
      return { _tag: "EndsTheRun", failure: failure.log, append }
    case "StoreError":
      return { _tag: "EndsTheRun", failure, append }
  }
})

/** A write that was accepted, and whether the system showed who holds the entitlement after it. */
interface Written {
  readonly outcome: "changed" | "already"
  readonly isShown: boolean
}

const write = <R>(context: EntitlementContext<R>, change: IntendedChange, holders: Holders) => {
  const { entitlement, provisioning } = context
  const { intent } = change
  const send = Effect.suspend(() => {
    holders.noteSent(change)
    // Under the id that the system lists: a removal of another id of the same person would find nobody.
    const principal = holders.heldAs(change) ?? change.principal
    return Effect.map(provisioning[intent](entitlement, principal), (answer): Written => {
      if (answer.holders !== undefined) holders.observe(answer.holders)
      return { outcome: "changed", isShown: answer.holders !== undefined }
    })
  })
  return writeOnce(send, readHolders(context), (seen, lost): Written | ConnectorError | undefined => {
    holders.observe(seen.holders)
    // It was held before it was sent, so it is our own removal, whatever became of the reply.
    if (holders.isMet(change)) return { outcome: intent === "revoke" ? "changed" : "already", isShown: true }
    return holders.vanished().length === 0 ? undefined : lost
  })
}

/** An accepted change, and where to note that it does not show. */
export interface Unproven {
  readonly change: IntendedChange
  readonly append: AppendEntry
}

const unconfirmed = new ConnectorError({
  reason: { _tag: "UnexpectedReply" },
  message: "The change was accepted, but a read after it does not show it.",
  hint: "Run the same again in a minute: a change that has arrived by then is skipped.",
  uncertain: true,
})

const unchecked = leftOpen("The change was accepted, but the read that proves it failed")

/** Settles accepted changes by what a read shows, and gives what that read failed with. */
export const prove = Effect.fn("Changes.prove")(function* <R>(
  context: EntitlementContext<R>,
  unproven: ReadonlyArray<Unproven>,
  holders: Holders,
) {
  const after = yield* Effect.result(readHolders(context))
  if (Result.isFailure(after)) {
    const changes = unproven.map(({ change }) => change)
    yield* failAll(context, changes, unchecked(after.failure))
    return after.failure
  }
  holders.observe(after.success.holders)
  const unmet: Array<Unproven> = []
  for (const accepted of unproven) {
    const { change } = accepted
    // What cannot be asked leaves the change as unconfirmed as it is.
    if (!holders.isMet(change)) yield* Effect.ignore(learnAliases(context, change, holders))
    if (holders.isMet(change)) {
      yield* context.settle({ change, outcome: "changed" })
      continue
    }
    unmet.push(accepted)
    yield* context.settle({ change, outcome: "failed", failure: unconfirmed })
  }
  // After all are settled, since a log that is full must not leave an accepted change told as one that was not tried.
  for (const { append } of unmet) yield* append("unconfirmed", unconfirmed.message)
  return undefined
})
