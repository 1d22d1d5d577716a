// Whose data a token opens: one workspace, or an organisation of several. Steps read one workspace at a time, and are led
// from each to the next.
import type { Evidence, Page, PageRequest, ResourceType, ScopeNeed, StoreError, Tenant } from "@rollcall/connector"
import { ConnectorError, gapOfRefusal, refusedAtFirstPage } from "@rollcall/connector"
import type { SlackIdentity, TeamArgument } from "@rollcall/slack-api"
import { SlackWebApi } from "@rollcall/slack-api"
import { Effect, Option, Schema } from "effect"
import { toConnectorError } from "./failures.ts"

/** The identity of the token in use, from `auth.test`. */
export const identity = Effect.gen(function* () {
  return yield* Effect.mapError((yield* SlackWebApi).authTest, toConnectorError)
})

/** The one workspace that the token opens. A token of a whole organisation is refused. */
export const workspaceTenant = (token: SlackIdentity): Effect.Effect<Tenant, ConnectorError> => {
  if (token.is_enterprise_install === true) return Effect.fail(wholeOrganisation)
  if (!token.team_id) return Effect.fail(noWorkspace)
  const { team_id: id, team: displayName = id, user_id: reader } = token
  return Effect.succeed({ id, displayName: displayName ?? id, reader, ...holderOf(token) })
}

/** The scope that shows the plan. It is optional, and no app of Rollcall asks for it. */
const planScope = "team.billing:read"

const Plan = Schema.Struct({ plan: Schema.optionalKey(Schema.NullOr(Schema.String)) })

/**
 * Whether the plan has what SCIM opens; of a plan that is not documented this is not known.
 * Sources: https://docs.slack.dev/reference/methods/team.billing.info, https://docs.slack.dev/reference/scim-api
 */
const plansWithScim: Readonly<Record<string, boolean>> = {
  free: false,
  std: false,
  plus: true,
  enterprise: true,
  compliance: true,
}

/** The same workspace, with what its plan says, if the token can see the plan. Without an answer it is not known. */
export const withPlan = Effect.fnUntraced(function* (tenant: Tenant) {
  if (tenant.scopes?.includes(planScope) !== true) return tenant
  const slack = yield* SlackWebApi
  const answer = yield* Effect.option(slack.call("team.billing.info", {}, Plan))
  const plan = Option.getOrUndefined(answer)?.plan ?? ""
  const hasFurther = Object.hasOwn(plansWithScim, plan) ? plansWithScim[plan] : undefined
  return hasFurther === undefined ? tenant : { ...tenant, hasFurther }
})

/** What the token may do, and as whom. */
export const holderOf = ({
  scopes,
  user_id: actor,
  enterprise_id: organisation,
}: SlackIdentity): Pick<Tenant, "scopes" | "actor" | "organisation"> => ({
  ...(scopes === undefined ? {} : { scopes }),
  ...(organisation ? { organisation } : {}),
  actor,
})

const noWorkspace = new ConnectorError({
  reason: { _tag: "UnexpectedReply" },
  message: "Slack's auth.test did not say which workspace the token opens.",
  hint: "Check whether the base URL is Slack's; if it is, report it.",
})

const wholeOrganisation = new ConnectorError({
  reason: { _tag: "Refused", by: "settings" },
  message:
    "The token is installed on a whole Slack Enterprise organisation; Rollcall governs single workspaces on Pro and Business+.",
  hint: "Install the app on one workspace and use the token of that installation.",
})

/** A page of one workspace. */
export interface WorkspacePageRequest {
  readonly workspace: { readonly id: string; readonly displayName: string }
  /** What Slack must be told where the token opens several workspaces. */
  readonly team: TeamArgument
  readonly cursor?: string | undefined
  readonly evidence: Evidence
  /** Whether no workspace comes after this one. */
  readonly isLast: boolean
  /** The account of the token, which belongs to the workspace; absent where the token opens several. */
  readonly reader?: string | undefined
}

/** The workspaces that the tenant opens. */
export const workspacesOf = (tenant: Tenant) => tenant.parts ?? [tenant]

/**
 * The page function of a step that reads the workspaces one after the other: `2:…` is a page of the third. Each workspace
 * has its own list, so one that is refused at its first page is a gap that names the workspace, where the step is
 * optional, and the others are read.
 */
export const eachWorkspace =
  <R>(
    page: (request: WorkspacePageRequest) => Effect.Effect<Page, ConnectorError | StoreError, R>,
    optional?: { readonly type: ResourceType; readonly scopes: ReadonlyArray<ScopeNeed> },
  ) =>
  ({ tenant, evidence, cursor = "0:" }: PageRequest): Effect.Effect<Page, ConnectorError | StoreError, R> => {
    const workspaces = workspacesOf(tenant)
    const index = Number.parseInt(cursor, 10)
    const within = cursor.slice(cursor.indexOf(":") + 1)
    const workspace = workspaces[index]
    if (workspace === undefined) return Effect.fail(foreignCursor)
    const isOneOfSeveral = tenant.parts !== undefined
    const team = isOneOfSeveral ? { team_id: workspace.id } : {}
    const reader = isOneOfSeveral ? undefined : tenant.reader
    const isRefusedAtFirstPage = (error: ConnectorError | StoreError): error is ConnectorError =>
      isOneOfSeveral && within === "" && error._tag === "ConnectorError" && error.reason._tag === "Refused"
    const refused = (error: ConnectorError) => {
      if (optional === undefined) return Effect.fail(refusedAtFirstPage(error))
      const { type, scopes } = optional
      const missing = `${type.displayName} of the workspace ${workspace.displayName} (${workspace.id})`
      return Effect.succeed<Page>({ gaps: [gapOfRefusal(error, { resourceType: type.id, missing, scopes })] })
    }
    const isLast = index + 1 >= workspaces.length
    return page({ workspace, team, evidence, isLast, reader, cursor: within === "" ? undefined : within }).pipe(
      Effect.catchIf(isRefusedAtFirstPage, refused),
      Effect.map(({ next, ...rest }) => {
        if (next !== undefined) return { ...rest, next: `${index}:${next}` }
        return isLast ? rest : { ...rest, next: `${index + 1}:` }
      }),
    )
  }

const foreignCursor = new ConnectorError({
  reason: { _tag: "CursorExpired" },
  message: "The workspaces that the token opens are no longer those that the sync began with.",
  hint: "The step begins again by itself.",
})
