// What a complete sync of a workspace holds, by id: the truth to hold a connector against. It is computed from the facts of
// the workspace, as they show now, by the rules of the compatibility contract, with none of the connector's code.
import { linesOf } from "./http/ndjson.ts"
import type { Accounts } from "./scim/writes/Accounts.ts"
import type { Groups } from "./scim/writes/Groups.ts"
import type { MemberFacts, Workspace } from "./Workspace.ts"

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

/** The SCIM side of a workspace whose plan has it. */
export interface ScimSide {
  readonly accounts: Accounts
  readonly groups: Groups
}

function* proIds(workspace: Workspace): Generator<ExpectedId> {
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
    yield { kind: "resource", id: `user:${id}` }
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

function* businessPlusIds(workspace: Workspace, { accounts, groups }: ScimSide): Generator<ExpectedId> {
  for (let position = 0; position < accounts.count(); position++) {
    const id = accounts.idAt(position)
    if (workspace.memberPosition(id) === undefined) yield { kind: "resource", id: `user:${id}` }
  }
  for (const [role, holds] of organisationRoles) {
    yield { kind: "resource", id: `businessPlusRole:${role}` }
    yield { kind: "entitlement", id: `businessPlusRole:${role}:assigned` }
    for (let position = 0; position < workspace.memberCount; position++) {
      const id = workspace.memberId(position)
      const facts = workspace.memberFacts(position)
      if (workspace.memberPosition(id) !== position || facts.isStranger || facts.deleted || !holds(facts)) continue
      yield { kind: "grant", id: `businessPlusRole:${role}:assigned:user:${id}` }
    }
  }
  for (const id of new Set(groups.ids())) {
    yield { kind: "resource", id: `group:${id}` }
    yield { kind: "entitlement", id: `group:${id}:member` }
    for (const member of new Set(groups.members(id))) yield { kind: "grant", id: `group:${id}:member:user:${member}` }
  }
}

/** Every resource, entitlement and grant id, each once, made one after the other. Pro has no SCIM side. */
export function* expectedIds(workspace: Workspace, scim?: ScimSide): Generator<ExpectedId> {
  yield* proIds(workspace)
  if (scim !== undefined) yield* businessPlusIds(workspace, scim)
}

/** The same as newline-delimited JSON. */
export const expectedLines = (workspace: Workspace, scim?: ScimSide): Iterable<string> =>
  linesOf(expectedIds(workspace, scim), ({ kind, id }) => `{"kind":"${kind}","id":${JSON.stringify(id)}}`)
