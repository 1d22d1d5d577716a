// Faults that change what goes over the wire: those that answer in Slack's place, and those that spoil its answer.
import { jsonReply, type SimulatorReply } from "../http/exchange.ts"
import type { FaultKind } from "./Fault.ts"

/** A page of HTML, as a gateway in front of Slack answers. */
export const htmlReply = (status: number): SimulatorReply => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: `<!DOCTYPE html><html><head><title>Slack</title></head><body><h1>${status}</h1><p>Something went wrong.</p></body></html>`,
})

/** The reply of a 429, as Slack sends it; without a Retry-After header when `seconds` is null. */
export const rateLimitedReply = (seconds: number | null): SimulatorReply =>
  jsonReply('{"ok":false,"error":"ratelimited"}', seconds === null ? {} : { "retry-after": String(seconds) }, 429)

/** The reply that a fault gives in place of the method's own; undefined for faults that give none. */
export const replyOfFault = (fault: FaultKind, data: string): SimulatorReply | undefined => {
  switch (fault.kind) {
    case "rateLimited":
      return rateLimitedReply(fault.retryAfter === undefined ? 30 : fault.retryAfter)
    case "rateLimitedInside":
      return jsonReply('{"ok":false,"error":"ratelimited"}')
    case "htmlError":
      return htmlReply(fault.status ?? 500)
    case "error": {
      const { kind: _, status, ...members } = fault
      return jsonReply(JSON.stringify({ ok: false, ...members }), {}, status)
    }
    case "wrongShape":
      return jsonReply(JSON.stringify(fault.body === undefined ? { ok: true, [data]: "unexpected" } : fault.body))
    default:
      return undefined
  }
}

/** The reply as the wire faults leave it: cut off in its JSON, or with the connection, or lost altogether. */
export const spoilReply = (reply: SimulatorReply, faults: ReadonlyArray<FaultKind>): SimulatorReply => {
  let spoiled = reply
  for (const fault of faults) {
    if (fault.kind === "truncated" && typeof spoiled.body === "string") {
      spoiled = { ...spoiled, body: spoiled.body.slice(0, Math.floor(spoiled.body.length / 2)) }
    }
    if (fault.kind === "afterEffect") {
      spoiled = fault.status === "cut" ? { ...spoiled, cutAfter: 0 } : htmlReply(fault.status ?? 500)
    }
    if (fault.kind === "cut") spoiled = { ...spoiled, cutAfter: fault.after ?? 0.5 }
  }
  return spoiled
}
