// The faults that fail a call: it is refused, its stream is reset, or its connection is cut.
import { ConnectError, type HandlerContext } from "@connectrpc/connect"
import type { CallFaults } from "../faults/FaultPlan.ts"
import { breakRpc } from "./broken.ts"
import { codeOf } from "../statusCodes.ts"

/** How far an upload has come. */
export interface Progress {
  readonly bytes: number
  readonly isWhole: boolean
}

/** What the call fails with now, if it has such a fault. A call that is no upload is whole from the first. */
export const failureOf = (
  handler: HandlerContext,
  faults: CallFaults,
  { bytes, isWhole }: Progress = { bytes: 0, isWhole: true },
): ConnectError | undefined => {
  const due = (["status", "resetStream", "cutConnection"] as const)
    .map((kind) => faults.find(kind))
    .find((fault) => {
      const after = fault !== undefined && "afterBytes" in fault ? (fault.afterBytes ?? 0) : 0
      return fault !== undefined && (isWhole || bytes >= after)
    })
  if (due === undefined) return undefined
  return due.kind === "status"
    ? new ConnectError(due.message ?? "a fault on demand", codeOf(due.code))
    : breakRpc(handler, due.kind)
}
