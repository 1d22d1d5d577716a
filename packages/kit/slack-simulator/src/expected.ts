// What a complete sync of a workspace holds, by id: the truth to hold a connector against. It is computed from the facts of
// the workspace, as they show now, by the rules of the compatibility contract, with none of the connector's code.
import type { SimulatorSettings } from "./SimulatorOptions.ts"
import { readableAssignments } from "./webApi/adminRoles.ts"
import type { MemberFacts, Workspace } from "./Workspace.ts"
import type { World } from "./world.ts"

export interface ExpectedId {
  readonly kind: "resource" | "entitlement" | "grant"
  readonly id: string
}

/** Who holds which workspace role. The rules do not exclude one another; nobody else's flags matter. */
const roles: ReadonlyArray<readonly [role: string, holds: (facts: MemberFacts) => boolean]> = [
  ["primary_owner", (facts) => facts.isPrimaryOwner],
  ["owner", (facts) => facts.isOwner],
  ["admin", (facts) => facts.isAdmin],
  ["multi_channel_guest", (facts) => facts.isRestricted && !facts.isUltraRestricted],
  ["single_channel_guest", (facts) => facts.isRestricted && facts.isUltraRestricted],
  ["invited_member", (facts) => facts.isInvited],
  ["bot", (facts) => facts.isBot],
  [
    "member",
    (facts) => !(facts.isRestricted || facts.isUltraRestricted || facts.isInvited || facts.isBot || facts.deleted),
  ],
]

/** Roles of the organisation, which a Business+ sync tells from the flags of active accounts. */
const organisationRoles: ReadonlyArray<readonly [role: string, holds: (facts: MemberFacts) => boolean]> = [
  ["organization_primary_owner", (facts) => facts.isPrimaryOwner],
  ["organization_owner", (facts) => facts.isOwner],
  ["organization_admin", (facts) => facts.isAdmin],
]

/** What users.list and usergroups.list of one workspace tell. Accounts that another one told already come once. */
function* workspaceIds(workspace: Workspace, isToldAlready: (id: string) => boolean): Generator<ExpectedId> {
  const team = workspace.team.id
  yield { kind: "resource", id: `workspace:${team}` }
  yield { kind: "entitlement", id: `workspace:${team}:member` }
  for (const [role] of roles) {
    yield { kind: "resource", id: `workspaceRole:${team}:${role}` }
    yield { kind: "entitlement", id: `workspaceRole:${team}:${role}:assigned` }
  }
  for (let position = 0; position < workspace.memberCount; position++) {
    const id = workspace.memberId(position)
    // A hand-made file may list somebody twice; whoever comes first counts.
    if (workspace.memberPosition(id) !== position) continue
    if (!isToldAlready(id)) yield { kind: "resource", id: `user:${id}` }
    const facts = workspace.memberFacts(position)
    // A stranger is a resource, but neither a member nor the holder of a role.
    if (facts.isStranger) continue
    yield { kind: "grant", id: `workspace:${team}:member:user:${id}` }
    for (const [role, holds] of roles) {
      if (holds(facts)) yield { kind: "grant", id: `workspaceRole:${team}:${role}:assigned:user:${id}` }
    }
  }
  for (let position = 0; position < workspace.groupCount; position++) {
    const id = workspace.groupId(position)
    if (workspace.groupIsDisabled(position) || workspace.groupPosition(id) !== position) continue
    yield { kind: "resource", id: `userGroup:${id}` }
    yield { kind: "entitlement", id: `userGroup:${id}:member` }
    // Ghosts and strangers hold the grant as well.
    for (const member of new Set(workspace.groupMembers(position))) {
      yield { kind: "grant", id: `userGroup:${id}:member:user:${member}` }
    }
  }
}

/** What SCIM tells: accounts that no workspace lists, and IdP groups with their members. */
function* scimIds({ whole, accounts, groups }: World): Generator<ExpectedId> {
  for (let position = 0; position < accounts.count(); position++) {
    const id = accounts.idAt(position)
    if (whole.memberPosition(id) === undefined) yield { kind: "resource", id: `user:${id}` }
  }
  for (const id of new Set(groups.ids())) {
    yield { kind: "resource", id: `group:${id}` }
    yield { kind: "entitlement", id: `group:${id}:member` }
    for (const member of new Set(groups.members(id))) yield { kind: "grant", id: `group:${id}:member:user:${member}` }
  }
}

/** Business+ roles: those of the organisation exist, held or not; system roles where the user token may read them. */
function* businessPlusRoleIds({ whole }: World, settings: SimulatorSettings): Generator<ExpectedId> {
  const role = (name: string): ReadonlyArray<ExpectedId> => [
    { kind: "resource", id: `businessPlusRole:${name}` },
    { kind: "entitlement", id: `businessPlusRole:${name}:assigned` },
  ]
  const grant = (name: string, user: string): ExpectedId => ({
    kind: "grant",
    id: `businessPlusRole:${name}:assigned:user:${user}`,
  })
  for (const [name, holds] of organisationRoles) {
    yield* role(name)
    for (let position = 0; position < whole.memberCount; position++) {
      const id = whole.memberId(position)
      const facts = whole.memberFacts(position)
      const isHolder = !facts.isStranger && !facts.deleted && holds(facts)
      if (isHolder && whole.memberPosition(id) === position) yield grant(name, id)
    }
  }
  const assignments = readableAssignments(whole, settings)
  for (const name of new Set(assignments.map(({ role_id }) => role_id))) {
    yield* role(name)
    const holders = assignments.flatMap(({ role_id, user_id }) => (role_id === name ? [user_id] : []))
    for (const user of new Set(holders)) yield grant(name, user)
  }
}

/** Every resource, entitlement and grant id that the plan shows, each once, made one after the other. */
export function* expectedIds(world: World, settings: SimulatorSettings): Generator<ExpectedId> {
  for (const [place, workspace] of world.workspaces.entries()) {
    const before = world.workspaces.slice(0, place)
    yield* workspaceIds(workspace, (id) => before.some((other) => other.memberPosition(id) !== undefined))
  }
  if (settings.plan === "pro") return
  yield* scimIds(world)
  yield* businessPlusRoleIds(world, settings)
}
