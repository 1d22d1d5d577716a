// Looks at a Slack token in two or three cheap calls: what kind it is, whose workspace it opens, what it may read, how
// Slack's limits and clock stand. Nobody's data is read.
import type { Secret } from "@rollcall/config"
import type { ScopeNeed } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import type { SlackError } from "@rollcall/slack-api"
import type { Scope } from "effect"
import { Effect, Result } from "effect"
import type { Diagnosis, Finding, OpenOptions } from "@rollcall/connector-module"
import { workspaceTenant } from "../workspaces.ts"
import {
  clockFinding,
  expiryFindings,
  failed,
  failureFinding,
  identityFinding,
  limitFinding,
  scopeFinding,
  tokenFinding,
} from "./findings.ts"
import { probeToken } from "./slackTokens.ts"

/** The findings about a token and what it opens. */
export const diagnoseSlackPro = Effect.fn("Doctor.slackPro")(
  function* (
    settings: { readonly token: Secret | undefined; readonly "base-url": string },
    needs: ReadonlyArray<ScopeNeed>,
    options: OpenOptions,
  ): Effect.fn.Return<Diagnosis, never, Resilience | Scope.Scope> {
    if (settings.token === undefined) return { findings: [noToken] }
    const probe = yield* Effect.result(probeToken(settings.token, settings["base-url"], options))
    if (Result.isFailure(probe)) return { findings: [failureFinding("token", probe.failure)] }
    const { kind, slack, answer, slackTime, answeredAt } = probe.success
    if (Result.isFailure(answer)) {
      return { findings: [tokenFinding("token", kind), failureFinding("workspace", answer.failure)] }
    }
    const identity = answer.success
    const groups =
      identity.scopes?.includes("usergroups:read") === true ? yield* Effect.result(slack.userGroupsList()) : undefined
    const tenant = yield* Effect.result(workspaceTenant(identity))
    const findings = [
      tokenFinding("token", kind),
      identityFinding(identity),
      ...expiryFindings("expiry", "BATON_TOKEN_FILE", identity),
      planFinding(groups),
      ...needs.map((need) => scopeFinding(need, identity.scopes)),
      limitFinding(yield* (yield* Resilience).state),
      clockFinding(slackTime, answeredAt),
    ]
    return { findings, ...(Result.isSuccess(tenant) ? { tenant: tenant.success } : {}) }
  },
  Effect.scoped,
  Effect.provide(Resilience.layer),
)

const noToken = failed(
  "token",
  "no token is given",
  "Set BATON_TOKEN or BATON_TOKEN_FILE. `rollcall manifest` makes the app that gives one.",
  "configuration",
)

const planFinding = (groups: Result.Result<unknown, SlackError> | undefined): Finding => {
  const reach = "accounts, roles and user groups through the Web API; IdP groups and SCIM need Business+"
  if (groups === undefined || Result.isSuccess(groups)) return { check: "plan", state: "ok", found: reach }
  const { failure } = groups
  return failure.reason._tag === "PlanTooLow"
    ? { check: "plan", state: "missing", found: "the workspace's plan has no user groups", hint: failure.hint }
    : { check: "plan", state: "note", found: failure.message, hint: failure.hint }
}
