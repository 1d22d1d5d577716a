// What a stored resource says of itself but for its profile, which is most of it, and which lists do not show: decoding takes many times
// as long. A test holds this equal to `toResource`, of which it leaves the rest unread.
import type { AccountFacts, Resource } from "@rollcall/connector"
import type { Members } from "./Members.ts"
import { lookInto, only } from "./Members.ts"
import { accountTypes, instantOf, statuses } from "./toResource.ts"

/** What lists show of a resource. */
export interface ResourceAtAGlance extends Pick<Resource, "id" | "parent" | "status" | "account"> {
  readonly displayName: string
  /** RFC 3339. Written when it is asked for, as that takes as long as the rest. */
  readonly createdAt: () => string | undefined
}

/** Reads a stored resource; `undefined` where it has to be decoded. */
export const scanResource = (bytes: Uint8Array): ResourceAtAGlance | undefined =>
  lookInto(bytes, (members) => {
    let id: Resource["id"] | undefined
    let parent: Resource["id"] | undefined
    let displayName = ""
    let status: number | undefined
    let createdAt: Instant | undefined
    let trait: ReturnType<typeof traitIn> | undefined
    while (members.next()) {
      if (members.number === 1) id = only(id, idIn(members.inside()))
      else if (members.number === 2) parent = only(parent, idIn(members.inside()))
      else if (members.number === 3) displayName = members.text()
      else if (members.number === 4) trait ??= annotatedTrait(members.inside())
      else if (members.number === 11) status = only(status, numberIn(members.inside()))
      else if (members.number === 12) createdAt = only(createdAt, instantIn(members.inside()))
    }
    const at = createdAt ?? trait?.createdAt
    return {
      id: id ?? { resourceType: "", resource: "" },
      parent,
      displayName,
      status: statuses.get(status ?? trait?.status ?? 0),
      createdAt: at === undefined ? never : () => instantOf(at.seconds, at.nanos),
      account: trait?.account,
    }
  })

const never = () => undefined

interface Instant {
  readonly seconds: number
  readonly nanos: number
}

const idIn = (members: Members): Resource["id"] => {
  let [resourceType, resource] = ["", ""]
  while (members.next()) {
    if (members.number === 1) resourceType = members.text()
    else if (members.number === 2) resource = members.text()
  }
  return { resourceType, resource }
}

/** The trait of accounts, where an annotation is that. */
const annotatedTrait = (annotation: Members) => {
  let isTrait = false
  let trait: ReturnType<typeof traitIn> | undefined
  while (annotation.next()) {
    if (annotation.number === 1) isTrait = annotation.endsWith("/c1.connector.v2.UserTrait")
    else if (annotation.number === 2 && isTrait) trait = traitIn(annotation.inside())
  }
  return isTrait ? (trait ?? { status: undefined, createdAt: undefined, account: {} }) : undefined
}

const traitIn = (members: Members) => {
  const primary: Array<string> = []
  const others: Array<string> = []
  let status: number | undefined
  let accountType = 0
  let createdAt: Instant | undefined
  let mfaEnabled: boolean | undefined
  while (members.next()) {
    if (members.number === 1) {
      const { address, isPrimary } = emailIn(members.inside())
      ;(isPrimary ? primary : others).push(address)
    } else if (members.number === 2) status = only(status, numberIn(members.inside()))
    else if (members.number === 5) accountType = members.whole()
    else if (members.number === 8) createdAt = only(createdAt, instantIn(members.inside()))
    else if (members.number === 10) mfaEnabled = only(mfaEnabled, numberIn(members.inside()) !== 0)
  }
  const type = accountTypes.get(accountType)
  const emails = [...primary, ...others]
  const account: AccountFacts = {
    ...(type === undefined ? {} : { accountType: type }),
    ...(emails.length === 0 ? {} : { emails }),
    ...(mfaEnabled === undefined ? {} : { mfaEnabled }),
  }
  return { status, createdAt, account }
}

const emailIn = (members: Members) => {
  let address = ""
  let isPrimary = false
  while (members.next()) {
    if (members.number === 1) address = members.text()
    else if (members.number === 2) isPrimary = members.whole() !== 0
  }
  return { address, isPrimary }
}

/** The number that is the first member of a message. */
const numberIn = (members: Members): number => {
  let number = 0
  while (members.next()) if (members.number === 1) number = members.whole()
  return number
}

const instantIn = (members: Members): Instant => {
  let [seconds, nanos] = [0, 0]
  while (members.next()) {
    if (members.number === 1) seconds = members.whole()
    else if (members.number === 2) nanos = members.whole()
  }
  return { seconds, nanos }
}
