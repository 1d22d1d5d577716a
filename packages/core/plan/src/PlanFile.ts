// A plan as a file: the plan, a checksum against accidents, and the signatures of its author and of those who approved it.
import { createHash, createPublicKey, sign, verify, type KeyObject } from "node:crypto"
import canonicalize from "canonicalize"
import { entitlementId } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import { isWellFormed, Plan } from "./Plan.ts"
import { PlanError } from "./PlanError.ts"

/** Somebody's signature (ed25519, base64) of a plan: as its author, or to approve it. */
export const PlanSignature = Schema.Struct({
  role: Schema.Literals(["author", "approver"]),
  name: Schema.String,
  /** RFC 3339, UTC. */
  time: Schema.String,
  signature: Schema.String,
})
export type PlanSignature = typeof PlanSignature.Type

/** A plan file. */
export const PlanFile = Schema.Struct({
  plan: Plan,
  /** SHA-256 of the plan as canonical JSON (RFC 8785), in hexadecimal digits. */
  sha256: Schema.String,
  signatures: Schema.Array(PlanSignature),
})
export type PlanFile = typeof PlanFile.Type

/** A plan without signatures, as it is written. */
export const planFileOf = (plan: Plan): PlanFile => ({ plan, sha256: digestOf(plan), signatures: [] })

/** The text of a plan file. */
export const encodePlanFile = (file: PlanFile): string =>
  `${JSON.stringify(Schema.encodeSync(PlanFile)(file), undefined, 2)}\n`

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(PlanFile), { onExcessProperty: "error" })

/** The plan in a text; `path` is for messages. Fails with `Unreadable` where it is none, or is not as it was written. */
export const decodePlanFile = Effect.fn("PlanFile.decode")(function* (
  path: string,
  text: string,
): Effect.fn.Return<PlanFile, PlanError> {
  const file = yield* Effect.mapError(decode(text), (cause) =>
    decodeAnyVersion(text)._tag === "Some"
      ? ofOtherVersion(path)
      : unreadable(`${path} is no plan: ${firstLine(cause.message)}.`),
  )
  // Canonical JSON has no halves of a character; a name in a signature is signed too.
  if (!isWellFormed(file)) return yield* unreadable(`${path} is no plan: a text in it has half a character.`)
  if (digestOf(file.plan) !== file.sha256) {
    return yield* unreadable(`${path} is not as it was written: its checksum does not fit.`)
  }
  const wrong = referencesIn(file.plan).find(({ id, resource, slug }) => id !== entitlementId(resource, slug))
  return wrong === undefined
    ? file
    : yield* unreadable(`${path} is no plan: ${wrong.id} is not the id of what it is said to be.`)
})

/** Every entitlement that the plan names: what is shown and approved is its id, and what is changed its resource. */
const referencesIn = ({ desiredChanges, changes, blocked }: Plan) =>
  [...desiredChanges, ...changes, ...blocked.map(({ change }) => change)].flatMap((it) =>
    "entitlement" in it ? [it.entitlement] : [],
  )

/** The members that plan files of every version have. */
const decodeAnyVersion = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Struct({ plan: Schema.Struct({ id: Schema.String }), sha256: Schema.String })),
)

const ofOtherVersion = (path: string) =>
  new PlanError({
    reason: "Unreadable",
    message: `${path} is no plan of this version of Rollcall: another version wrote it, or it was altered. Nothing was begun.`,
    hint: "Make it again from its lists with `rollcall plan … --out plan.json`, or apply it with the version that wrote it.",
  })

const firstLine = (text: string) => text.split("\n", 1)[0] ?? text

const unreadable = (message: string) =>
  new PlanError({
    reason: "Unreadable",
    message,
    hint: "Make the plan again with `rollcall plan … --out plan.json`; a plan is not edited by hand.",
  })

/** SHA-256 of the plan as canonical JSON, which is the same however the file is laid out. */
export const digestOf = (plan: Plan): string =>
  createHash("sha256")
    .update(canonicalize(Schema.encodeSync(Plan)(plan)) ?? "")
    .digest("hex")

/** What is signed: a prefix that no other signature of ours has, and what is signed for. Source: RFC 8785. */
const signedText = (sha256: string, { role, name, time }: Omit<PlanSignature, "signature">): Buffer =>
  Buffer.from(`rollcall plan signature 1\n${canonicalize({ sha256, role, name, time })}`)

/** Signs a plan. */
export const signPlan = (sha256: string, as: Omit<PlanSignature, "signature">, key: KeyObject): PlanSignature => ({
  ...as,
  signature: sign(null, signedText(sha256, as), key).toString("base64"),
})

/** Whether it is this key's signature of the plan. The key is PEM. */
export const isSignedBy = (sha256: string, { signature, ...as }: PlanSignature, publicKey: string): boolean => {
  const key = createPublicKey(publicKey)
  return (
    key.asymmetricKeyType === "ed25519" && verify(null, signedText(sha256, as), key, Buffer.from(signature, "base64"))
  )
}
