// `team.info` yields the workspace, its roles and what can be held on them.
import type { Step, Tenant } from "@rollcall/connector"
import { SlackWebApi } from "@rollcall/slack-api"
import { Effect } from "effect"
import { workspaceRoleType, workspaceType } from "./resourceTypes.ts"
import { toConnectorError } from "./toConnectorError.ts"
import type { Workspace } from "./workspace.ts"
import { workspaceMembership, workspaceResource } from "./workspace.ts"
import { roleEntitlements, roleResources } from "./workspaceRoles.ts"

/** Reads `team.info`, https://docs.slack.dev/reference/methods/team.info. */
export const workspaceStep: Step<SlackWebApi> = {
  id: "workspace",
  title: "the workspace",
  produces: [workspaceType.id, workspaceRoleType.id],
  scopes: [
    {
      scope: "team:read",
      purpose: "name and domain of the workspace",
      without: "nothing: both are taken from auth.test instead",
      required: false,
    },
  ],
  page: Effect.fn("SlackPro.workspace")(function* ({ tenant }) {
    const workspace = yield* readWorkspace(tenant).pipe(Effect.mapError(toConnectorError))
    return {
      resources: [workspaceResource(workspace), ...roleResources(workspace)],
      entitlements: [workspaceMembership(workspace), ...roleEntitlements(workspace)],
    }
  }),
}

/** Without `team:read` the name and the domain are those that `auth.test` tells. */
const readWorkspace = Effect.fnUntraced(function* (tenant: Tenant) {
  const slack = yield* SlackWebApi
  const told = yield* slack.teamInfo().pipe(
    Effect.map((team) => ({ name: team.name, domain: team.domain })),
    Effect.catchIf(
      (error) => error.reason._tag === "MissingScope",
      () => Effect.map(slack.authTest, ({ team, url }) => ({ name: team, domain: domainOf(url) })),
    ),
  )
  return { id: tenant.id, name: told.name ?? tenant.displayName, domain: told.domain ?? "" } satisfies Workspace
})

/** `https://example.slack.com/` is the workspace with the domain `example`. */
const domainOf = (url: string | null | undefined): string | undefined => {
  const host = url === null || url === undefined || !URL.canParse(url) ? undefined : new URL(url).hostname
  return host?.split(".")[0]
}
