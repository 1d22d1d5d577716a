// What a complete sync of a Slack Pro workspace holds, by id: the truth to hold a connector against. It is computed from
// the facts of the workspace by the rules of the compatibility contract, with none of the connector's code.
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

/** Every resource, entitlement and grant id, each once, made one after the other. */
export function* expectedIds(workspace: Workspace): Generator<ExpectedId> {
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

const chunkSize = 64 * 1024

/** The same as newline-delimited JSON, in chunks of some 64 KiB. */
export function* expectedLines(workspace: Workspace): Generator<string> {
  let chunk = ""
  for (const { kind, id } of expectedIds(workspace)) {
    chunk += `{"kind":"${kind}","id":${JSON.stringify(id)}}\n`
    if (chunk.length >= chunkSize) {
      yield chunk
      chunk = ""
    }
  }
  if (chunk !== "") yield chunk
}
