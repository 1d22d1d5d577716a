// A tenant is one workspace, or an organisation of several. Steps read one workspace at a time; this leads them from each
// to the next.
import type { Evidence, Page, PageRequest, StoreError, Tenant } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import type { TeamArgument } from "@rollcall/slack-api"
import { Effect } from "effect"

/** A page of one workspace. */
export interface WorkspacePageRequest {
  readonly workspace: { readonly id: string; readonly displayName: string }
  /** What Slack must be told where the token opens several workspaces. */
  readonly team: TeamArgument
  readonly cursor?: string
  readonly evidence: Evidence
}

/** The workspaces that the tenant opens. */
export const workspacesOf = (tenant: Tenant) => tenant.parts ?? [tenant]

/** The page function of a step that reads the workspaces one after the other: `2:…` is a page of the third. */
export const eachWorkspace =
  <R>(page: (request: WorkspacePageRequest) => Effect.Effect<Page, ConnectorError | StoreError, R>) =>
  ({ tenant, evidence, cursor = "0:" }: PageRequest): Effect.Effect<Page, ConnectorError | StoreError, R> => {
    const workspaces = workspacesOf(tenant)
    const index = Number.parseInt(cursor, 10)
    const within = cursor.slice(cursor.indexOf(":") + 1)
    const workspace = workspaces[index]
    if (workspace === undefined) return Effect.fail(foreignCursor)
    const team = tenant.parts === undefined ? {} : { team_id: workspace.id }
    return Effect.map(
      page({ workspace, team, evidence, ...(within === "" ? {} : { cursor: within }) }),
      ({ next, ...rest }) => {
        if (next !== undefined) return { ...rest, next: `${index}:${next}` }
        return index + 1 < workspaces.length ? { ...rest, next: `${index + 1}:` } : rest
      },
    )
  }

const foreignCursor = new ConnectorError({
  reason: "CursorExpired",
  message: "The workspaces that the token opens are no longer those that the sync began with.",
  hint: "The step begins anew by itself.",
})
