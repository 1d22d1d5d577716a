// The people and bots of a seed, by index: what users.list and SCIM both make their records of.
import { type Hash, hashFor } from "./hash.ts"
import { type IdSpace, idSpace } from "./idSpace.ts"
import type { SeededMember } from "./memberJson.ts"
import { factsOf, kindAt, type MemberKind, quirkAt } from "./memberKinds.ts"
import { nameAt } from "./names.ts"

export interface SeededMembers {
  readonly hashOf: (purpose: string) => Hash
  readonly ids: (prefix: "U" | "B" | "A" | "S" | "T") => IdSpace
  readonly teamId: string
  /** The name in the workspace's addresses. */
  readonly domain: string
  readonly kindOf: (index: number) => MemberKind
  /** The member at an index; of a kind other than its own once SCIM has changed it. */
  readonly member: (index: number, kind?: MemberKind) => SeededMember
}

/** Strangers come from elsewhere: no workspace of a simulator has the id at this index. */
const strangersTeam = 1

/** Makes the members of a seed, in one of its workspaces. */
export const seededMembers = (seed: number, workspace = 0): SeededMembers => {
  const hashOf = (purpose: string) => hashFor(seed, purpose)
  const [kindHash, quirkHash, detail] = [hashOf("kind"), hashOf("quirk"), hashOf("detail")]
  const [script, given, family] = [hashOf("script"), hashOf("given"), hashOf("family")]
  const spaces = new Map<string, IdSpace>()
  for (const prefix of ["U", "B", "A", "S", "T"]) spaces.set(prefix, idSpace(prefix, hashOf(`ids ${prefix}`)(0)))
  const ids = (prefix: string): IdSpace => spaces.get(prefix)!
  const [memberIds, botIds, appIds, teamIds] = [ids("U"), ids("B"), ids("A"), ids("T")]
  const teamId = teamIds.idOf(workspace < strangersTeam ? workspace : workspace + 1)
  const strangersTeamId = teamIds.idOf(strangersTeam)
  const domain = `simulated-${seed}`
  const kindOf = (index: number) => kindAt(index, kindHash)
  return {
    hashOf,
    ids,
    teamId,
    domain,
    kindOf,
    member: (index, kind = kindOf(index)) => {
      const quirk = quirkAt(index, quirkHash)
      const name = nameAt(index, quirk, script, given, family)
      return {
        id: memberIds.idOf(index),
        teamId: kind === "stranger" ? strangersTeamId : teamId,
        index,
        kind,
        quirk,
        name: factsOf[kind].isBot ? { ...name, handle: `${name.handle}-bot` } : name,
        botId: botIds.idOf(index),
        appId: appIds.idOf(index),
        guestInvitedBy: memberIds.idOf(0),
        emailDomain: `${domain}.example`,
        hash: detail,
      }
    },
  }
}
