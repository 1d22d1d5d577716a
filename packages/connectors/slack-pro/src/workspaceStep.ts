// `team.info` yields the workspace, its roles and what can be held on them.
import type { Gap, Step } from "@rollcall/connector"
import { SlackWebApi } from "@rollcall/slack-api"
import { Effect } from "effect"
import type { WorkspacePageRequest } from "./eachWorkspace.ts"
import { eachWorkspace } from "./eachWorkspace.ts"
import { workspaceRoleType, workspaceType } from "./resourceTypes.ts"
import { toConnectorError } from "./failures.ts"
import type { Workspace } from "./workspace.ts"
import { roleEntitlements, roleResources, workspaceMembership, workspaceResource } from "./workspace.ts"

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
  page: eachWorkspace(
    Effect.fn("SlackPro.workspace")(function* (request) {
      const workspace = yield* readWorkspace(request).pipe(Effect.mapError(toConnectorError))
      return {
        resources: [workspaceResource(workspace), ...roleResources(workspace)],
        entitlements: [workspaceMembership(workspace), ...roleEntitlements(workspace)],
        gaps: workspace.domain === "" ? [noDomain(workspace)] : [],
      }
    }),
  ),
}

/**
 * Where Slack refuses `team.info`, because `team:read` is missing or the method is restricted, the name is the one that
 * identified the workspace, and the domain stands in the URL that `auth.test` tells; of an organisation's token that URL is
 * the organisation's.
 */
const readWorkspace = Effect.fnUntraced(function* ({ workspace, team }: WorkspacePageRequest) {
  const slack = yield* SlackWebApi
  const { displayName: name } = workspace
  const domain =
    team.team_id === undefined ? Effect.map(slack.authTest, ({ url }) => domainOf(url)) : Effect.succeed("")
  const told = yield* slack.teamInfo({ team: team.team_id }).pipe(
    Effect.catchIf(
      (error) => error.category === "refused",
      () => Effect.map(domain, (itsDomain) => ({ name, domain: itsDomain })),
    ),
  )
  return { id: workspace.id, name: told.name ?? name, domain: told.domain ?? "" } satisfies Workspace
})

const noDomain = ({ name }: Workspace): Gap => ({
  resourceType: workspaceType.id,
  missing: `domain of ${name}`,
  reason: "scope",
  explanation: `Slack did not show the domain of ${name}. Add team:read to the app, and see whether the app may read this workspace.`,
  missingScopes: ["team:read"],
})

/** `https://example.slack.com/` is the workspace with the domain `example`. */
const domainOf = (url: string | null | undefined): string | undefined => {
  const host = url === null || url === undefined || !URL.canParse(url) ? undefined : new URL(url).hostname
  return host?.split(".")[0]
}
