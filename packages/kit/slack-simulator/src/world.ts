// The workspaces that a simulator serves, seeded or hand-made, and what SCIM has written to them.
import { fileDirectory } from "./file/fileDirectory.ts"
import { fileWorkspace } from "./file/fileWorkspace.ts"
import { type Accounts, makeAccounts } from "./scim/writes/Accounts.ts"
import { type Groups, makeGroups } from "./scim/writes/Groups.ts"
import { withNewcomers } from "./scim/writes/newcomers.ts"
import { seededDirectory } from "./seeded/seededDirectory.ts"
import { seededWorkspace } from "./seeded/seededWorkspace.ts"
import type { SimulatorSettings } from "./SimulatorOptions.ts"
import type { Workspace } from "./Workspace.ts"

export interface World {
  /** Everybody: the one workspace, or all of an organisation's together. */
  readonly whole: Workspace
  /** One, unless it is an organisation. */
  readonly workspaces: ReadonlyArray<Workspace>
  readonly accounts: Accounts
  readonly groups: Groups
}

/** Makes the world of the settings. */
export const makeWorld = (settings: SimulatorSettings): World => {
  const { workspace: file, gov, workspaces: count, activeDelayMillis, speed } = settings
  const directory = file === undefined ? seededDirectory(settings) : fileDirectory(file)
  const accounts = makeAccounts(directory, activeDelayMillis / speed)
  const groups = makeGroups(directory, accounts)
  const start = file === undefined ? seededWorkspace(settings, accounts) : fileWorkspace(file, accounts)
  const whole = withNewcomers(start, accounts)
  if (!gov || count === 1 || file !== undefined) return { whole, workspaces: [whole], accounts, groups }
  const workspaces = Array.from({ length: count }, (_, at) => {
    const workspace = seededWorkspace(settings, accounts, { at, of: count })
    // Whom SCIM creates comes to the first of them.
    return at === 0 ? withNewcomers(workspace, accounts) : workspace
  })
  return { whole, workspaces, accounts, groups }
}
