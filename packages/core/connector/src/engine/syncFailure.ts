// What a connector's failure means for the sync. Before anything was read nothing is lost by failing; after that, what may
// pass by itself is an interruption to be resumed, while a refusal stays a refusal.
import type { Step } from "../Connector.ts"
import type { ConnectorError, ConnectorReasonTag } from "../ConnectorError.ts"
import { SyncError } from "../SyncError.ts"
import type { StepState } from "../SyncStore.ts"

const reasons: Record<ConnectorReasonTag, SyncError["reason"]> = {
  Refused: "Refused",
  NotFound: "Unavailable",
  BadRequest: "Defective",
  CredentialRejected: "Refused",
  CursorExpired: "Interrupted",
  Unavailable: "Unavailable",
  Locked: "Unavailable",
  NotWhole: "Interrupted",
  UnexpectedReply: "Unavailable",
  Collateral: "Interrupted",
  Defective: "Defective",
  OwnAccount: "Defective",
  Braked: "Defective",
}

/** The failure of a connector that could not say whose data the credential opens. */
export const failedAtBegin = (error: ConnectorError): SyncError =>
  new SyncError({
    reason: reasons[error.reason._tag],
    message: error.message,
    hint: error.hint,
    ...scopesOf(error),
    cause: error,
  })

/** The failure of a step, given how far all steps have come. */
export const failedMidway = (
  error: ConnectorError,
  step: Pick<Step, "id" | "title">,
  states: ReadonlyArray<StepState>,
): SyncError => {
  const interrupts = isInterruption(error, step, states)
  return new SyncError({
    reason: interrupts ? "Interrupted" : reasons[error.reason._tag],
    step: step.id,
    message: interrupts ? `Interrupted while reading ${step.title}: ${error.message}` : error.message,
    hint: interrupts ? `${error.hint} Then sync again: it continues where it stopped.` : error.hint,
    ...scopesOf(error),
    cause: error,
  })
}

/** Whether what a step has read of a list must not be continued: it is not whole, or was refused after its first page. */
export const isLeftUnread = ({ reason }: ConnectorError, { pages }: StepState): boolean =>
  reason._tag === "NotWhole" || (reason._tag === "Refused" && pages > 0 && reason.atFirstPage !== true)

/** The failure of a step that was forgotten for this. */
export const failedUnread = (error: ConnectorError, step: Pick<Step, "id" | "title">): SyncError =>
  new SyncError({
    reason: "Interrupted",
    step: step.id,
    message: `Interrupted while reading ${step.title}: ${error.message}`,
    hint: `${error.hint} Then sync again: it reads this list from its first page.`,
    ...scopesOf(error),
    cause: error,
  })

/**
 * A credential that this step has read with was lost on the way; one that it never could read with is refused for good.
 * A system that is away, or answers oddly, interrupts whatever was begun.
 */
const isInterruption = (
  { reason }: ConnectorError,
  step: Pick<Step, "id">,
  states: ReadonlyArray<StepState>,
): boolean => {
  const hasRead = (state: StepState) => state.pages > 0
  if (reason._tag === "CredentialRejected") return states.some((state) => state.step === step.id && hasRead(state))
  return (reasons[reason._tag] === "Unavailable" || reason._tag === "CursorExpired") && states.some(hasRead)
}

const scopesOf = ({ missingScopes }: ConnectorError) => (missingScopes.length === 0 ? {} : { missingScopes })
