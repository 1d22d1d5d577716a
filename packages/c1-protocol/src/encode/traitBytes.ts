// What a resource's trait repeats of the resource, and what only an account's trait tells.
import { BinaryWriter } from "@bufbuild/protobuf/wire"
import type { AccountFacts, Trait } from "@rollcall/connector"
import type { AnnotationType } from "./annotationBytes.ts"
import { annotationType } from "./annotationBytes.ts"

/** The facts that traits hold, encoded as far as the resource itself holds them too. */
export interface TraitFacts {
  readonly profile: Uint8Array | undefined
  readonly status: number | undefined
  readonly createdAt: Uint8Array | undefined
  readonly account: AccountFacts | undefined
}

export const traitTypes: Record<Trait, AnnotationType> = {
  user: annotationType("UserTrait"),
  group: annotationType("GroupTrait"),
  role: annotationType("RoleTrait"),
  app: annotationType("AppTrait"),
}

const accountTypeNumbers = { human: 1, service: 2, system: 3 } as const

const noProfile = new Uint8Array(0)

// An account has a profile even when nothing is known: the older viewer's export fails without one.
const userTrait = ({ profile = noProfile, status, createdAt, account }: TraitFacts): Uint8Array => {
  const writer = new BinaryWriter()
  for (const [index, address] of (account?.emails ?? []).entries()) {
    writer.uint32(0x0a).fork()
    if (address !== "") writer.uint32(0x0a).string(address)
    if (index === 0) writer.uint32(0x10).bool(true)
    writer.join()
  }
  if (status !== undefined) writer.uint32(0x12).fork().uint32(0x08).uint32(status).join()
  writer.uint32(0x1a).bytes(profile)
  writer.uint32(0x28).uint32(accountTypeNumbers[account?.accountType ?? "human"])
  if (createdAt !== undefined) writer.uint32(0x42).bytes(createdAt)
  if (account?.mfaEnabled !== undefined) {
    writer.uint32(0x52).fork()
    if (account.mfaEnabled) writer.uint32(0x08).bool(true)
    writer.join()
  }
  return writer.finish()
}

// The other traits repeat the profile alone; they differ in the number of its field.
const profileAlone =
  (tag: number) =>
  ({ profile }: TraitFacts): Uint8Array =>
    profile === undefined ? noProfile : new BinaryWriter().uint32(tag).bytes(profile).finish()

/** The bytes of each trait's message, without tag and length. */
export const traitBytes: Record<Trait, (facts: TraitFacts) => Uint8Array> = {
  user: userTrait,
  group: profileAlone(0x12),
  role: profileAlone(0x0a),
  app: profileAlone(0x22),
}
