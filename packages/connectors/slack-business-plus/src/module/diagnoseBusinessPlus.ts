// Looks at the tokens of Business+ in a handful of cheap calls: what each is, whether they open the same workspace, what
// they may read, whether SCIM answers. Nobody's data is kept.
import type { Secret } from "@rollcall/config"
import { environmentName, secretFileName } from "@rollcall/config"
import type { Connector, ConnectorError, ScopeNeed, Tenant } from "@rollcall/connector"
import { scopesOf } from "@rollcall/connector"
import type { Diagnosis, Finding, OpenOptions } from "@rollcall/connector-module"
import { Resilience } from "@rollcall/resilience"
import type { ScimError } from "@rollcall/scim-client"
import { ScimClient, slackDialect } from "@rollcall/scim-client"
import type { SlackIdentity } from "@rollcall/slack-api"
import type { Scope } from "effect"
import { Effect, Layer, Result } from "effect"
import type { ProbedToken } from "@rollcall/slack-pro/module-parts"
import {
  adminCheck,
  briefRetry,
  clockFinding,
  expiryFindings,
  failureFinding,
  isAdminScope,
  limitFinding,
  probeToken,
  scopeFinding,
  tokenFinding,
} from "@rollcall/slack-pro/module-parts"
import type { HostSettings } from "./clients.ts"
import { businessPlusHosts, scimTokenLayer } from "./clients.ts"

/** The settings that the doctor looks at. */
interface DiagnosedSettings extends HostSettings {
  readonly token: Secret | undefined
  readonly "business-plus-token": Secret | undefined
}

/** The findings about the tokens and what they open, with the connector that they are for. */
export const diagnoseBusinessPlus = Effect.fn("Doctor.businessPlus")(
  function* (
    settings: DiagnosedSettings,
    connector: Connector,
    options: OpenOptions,
  ): Effect.fn.Return<Diagnosis, never, Resilience | Scope.Scope> {
    const hosts = businessPlusHosts(settings)
    const adminSecret = settings["business-plus-token"]
    const reader =
      settings.token === undefined ? undefined : yield* lookAt("token", settings.token, hosts.webApi, options)
    const admin = adminSecret === undefined ? undefined : yield* lookAt(adminCheck, adminSecret, hosts.webApi, options)
    const tokens = [reader, admin].flatMap((token) => token ?? [])
    const seen = tokens.flatMap((token) => token.findings)
    if (admin?.probe === undefined || seen.some((finding) => finding.state === "failed")) {
      return { findings: seen }
    }

    const needs = scopesOf(connector)
    const readerIdentity = reader?.identity ?? admin.identity
    const scim = yield* scimFindings(hosts, adminSecret, options)
    const scimAnswers = scim.every(({ state }) => state !== "failed")
    const tenant = yield* Effect.result(connector.identify)
    const findings = [
      ...seen,
      tenantFinding(tenant),
      ...scim,
      ...needs.map((need) => {
        // What SCIM answers outranks the scopes that a header names.
        const granted = need.scope === "admin" && scimAnswers ? ["admin"] : undefined
        return scopeFinding(need, granted ?? scopesFor(need, readerIdentity, admin.identity))
      }),
      systemRolesFinding(admin.identity),
      limitFinding(yield* (yield* Resilience).state),
      clockFinding(admin.probe.slackTime, admin.probe.answeredAt),
    ]
    return { findings, ...(Result.isSuccess(tenant) ? { tenant: tenant.success } : {}) }
  },
  Effect.scoped,
  Effect.provide(Resilience.layer),
)

/** A token with what is to be said of it; without `probe` where it cannot even be read. */
interface Seen {
  readonly findings: ReadonlyArray<Finding>
  readonly probe?: ProbedToken
  readonly identity?: SlackIdentity
}

const lookAt = Effect.fnUntraced(function* (
  check: string,
  secret: Secret,
  baseUrl: string,
  options: OpenOptions,
): Effect.fn.Return<Seen, never, Resilience | Scope.Scope> {
  const looked = yield* Effect.result(probeToken(secret, baseUrl, options))
  if (Result.isFailure(looked)) return { findings: [failureFinding(check, looked.failure)] }
  const probe = looked.success
  const { kind, answer } = probe
  const fits = tokenFinding(check, kind)
  if (Result.isFailure(answer)) return { findings: [fits, failureFinding(check, answer.failure)], probe }
  const variable = environmentName(secretFileName(check))
  const identity = answer.success
  return { findings: [fits, ...expiryFindings(`expiry of ${check}`, variable, identity)], probe, identity }
})

const tenantFinding = Result.match({
  onFailure: (error: ConnectorError) => failureFinding("workspace", error),
  onSuccess: ({ id, displayName, parts }: Tenant): Finding => ({
    check: "workspace",
    state: "ok",
    found: `${displayName} (${id})${parts === undefined ? "" : `, with ${parts.length} workspaces`}`,
  }),
})

const scimFindings = Effect.fnUntraced(function* (
  hosts: ReturnType<typeof businessPlusHosts>,
  secret: Secret | undefined,
  { fetch }: OpenOptions,
) {
  const client = ScimClient.layer({
    baseUrl: hosts.scim,
    version: hosts.scimVersion,
    dialect: slackDialect,
    retry: briefRetry,
    fetch,
  }).pipe(Layer.provide(scimTokenLayer(secret)))
  return yield* ScimClient.use((scim) => scim.users.page({ startIndex: 1, count: 1 })).pipe(
    Effect.match({
      onFailure: scimFailure,
      onSuccess: ({ totalResults }): ReadonlyArray<Finding> => [
        {
          check: "SCIM",
          state: "ok",
          found: `${hosts.scimVersion} answers: ${totalResults.toLocaleString("en")} accounts`,
        },
        { check: "plan", state: "ok", found: "Business+ or Enterprise, since SCIM answers" },
      ],
    }),
    Effect.provide(client),
  )
})

const scimFailure = (error: ScimError): ReadonlyArray<Finding> => [
  failureFinding(error.reason._tag === "PlanTooLow" ? "plan" : "SCIM", error),
]

const scopesFor = (need: ScopeNeed, reader: SlackIdentity | undefined, admin: SlackIdentity | undefined) =>
  (isAdminScope(need.scope) ? admin : reader)?.scopes

const systemRolesFinding = (admin: SlackIdentity | undefined): Finding =>
  admin?.scopes?.includes("admin.roles:read") === true
    ? { check: "system roles", state: "ok", found: "the token may read who holds them" }
    : {
        check: "system roles",
        state: "note",
        found:
          "Slack keeps them from this token: admin.roles:read is for Enterprise only. The roles of the organisation come from the accounts.",
      }
