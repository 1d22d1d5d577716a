// What a resource's trait repeats of the resource, and what only an account's trait tells.
import type { BinaryWriter } from "@bufbuild/protobuf/wire"
import type { AccountFacts, Trait } from "@rollcall/connector"
import type { AnnotationType, Instant } from "./messageParts.ts"
import { annotationType, writeInstant } from "./messageParts.ts"

/** The facts that traits hold; the profile is encoded already. */
export interface TraitFacts {
  readonly profile: Uint8Array | undefined
  readonly status: number | undefined
  readonly createdAt: Instant | undefined
  readonly account: AccountFacts | undefined
}

export const traitTypes: Record<Trait, AnnotationType> = {
  user: annotationType("UserTrait"),
  group: annotationType("GroupTrait"),
  role: annotationType("RoleTrait"),
  app: annotationType("AppTrait"),
}

const accountTypeNumbers = { human: 1, service: 2, system: 3 } as const

// An account has a profile even when nothing is known, for readers that look into it. An account of unknown type counts as
// a human's, as the Go SDK has it.
const noProfile = new Uint8Array(0)

const userTrait =
  ({ profile = noProfile, status, createdAt, account }: TraitFacts) =>
  (writer: BinaryWriter): void => {
    for (const [index, address] of (account?.emails ?? []).entries()) {
      writer.uint32(0x0a).fork()
      if (address !== "") writer.uint32(0x0a).string(address)
      if (index === 0) writer.uint32(0x10).bool(true)
      writer.join()
    }
    if (status !== undefined) writer.uint32(0x12).fork().uint32(0x08).uint32(status).join()
    writer.uint32(0x1a).bytes(profile)
    writer.uint32(0x28).uint32(accountTypeNumbers[account?.accountType ?? "human"])
    if (createdAt !== undefined) writeInstant(writer, 0x42, createdAt)
    if (account?.mfaEnabled !== undefined) {
      writer.uint32(0x52).fork()
      if (account.mfaEnabled) writer.uint32(0x08).bool(true)
      writer.join()
    }
  }

// The other traits repeat the profile alone; they differ in the number of its field.
const profileAlone =
  (tag: number) =>
  ({ profile }: TraitFacts) =>
    profile === undefined ? undefined : (writer: BinaryWriter): unknown => writer.uint32(tag).bytes(profile)

/** Writes each trait's message; nothing where the message is empty. */
export const traitWriters: Record<Trait, (facts: TraitFacts) => ((writer: BinaryWriter) => void) | undefined> = {
  user: userTrait,
  group: profileAlone(0x12),
  role: profileAlone(0x0a),
  app: profileAlone(0x22),
}
