// What the first letters of the given tokens tell, before anything is sent.
import type { Secret } from "@rollcall/config"
import { slackTokenKind } from "@rollcall/slack-api"
import { Effect, Option } from "effect"
import type { Finding } from "../ConnectorEntry.ts"
import { adminCheck, tokenFinding } from "./findings.ts"

/** A finding for each token that is given. One that cannot be read is left to the first call, which says why. */
export const inspectTokens = Effect.fnUntraced(function* (settings: {
  readonly token: Secret | undefined
  readonly "business-plus-token"?: Secret | undefined
}) {
  const findings: Array<Finding> = []
  for (const check of ["token", adminCheck] as const) {
    const secret = settings[check]
    if (secret === undefined) continue
    const token = yield* Effect.option(secret)
    if (Option.isSome(token)) findings.push(tokenFinding(check, slackTokenKind(token.value)))
  }
  return findings
})
