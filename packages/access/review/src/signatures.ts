// Signatures (ed25519) of evidence, of reviewers' files and of who signs off: made with a private key, checked with a public one.
import type { KeyObject } from "node:crypto"
import { createHash, createPrivateKey, createPublicKey, sign, verify } from "node:crypto"
import { Effect } from "effect"
import type { CheckedSignature, EventOf } from "./CampaignEvent.ts"
import { readSmallFile } from "./readTable.ts"
import { refuse, ReviewError } from "./ReviewError.ts"

/** The private key in a PEM file. */
export const privateKeyIn = (path: string): Effect.Effect<KeyObject, ReviewError> =>
  keyIn(path, createPrivateKey, "private", "Make one with `openssl genpkey -algorithm ed25519 -out review.key`.")

/** The public key in a PEM file. */
export const publicKeyIn = Effect.fnUntraced(function* (path: string): Effect.fn.Return<KeyObject, ReviewError> {
  if ((yield* readSmallFile(path, path)).includes("PRIVATE KEY")) {
    const what = `${path} is a private key, which only whoever signs may have.`
    const hint = "Ask for the public one, and tell them: whoever has the private key can sign in their place."
    return yield* refuse("Unusable", what, hint)
  }
  return yield* keyIn(
    path,
    createPublicKey,
    "public",
    "Give it as PEM, as `openssl pkey -in review.key -pubout` writes it.",
  )
})

const keyIn = Effect.fnUntraced(function* (path: string, read: (pem: Buffer) => KeyObject, kind: string, hint: string) {
  const pem = yield* readSmallFile(path, path)
  const key = yield* Effect.try({
    try: () => read(pem),
    catch: (cause) => new ReviewError({ reason: "Unusable", message: `${path} is no ${kind} key.`, hint, cause }),
  })
  return key.asymmetricKeyType === "ed25519" ? key : yield* refuse("Unusable", `${path} is no ed25519 key.`, hint)
})

/** Signs, and keeps the public key beside it. */
export const signed = (content: string, key: KeyObject): CheckedSignature => ({
  publicKey: pemOf(createPublicKey(key)),
  signature: sign(null, Buffer.from(content), key).toString("base64"),
})

/** A public key as PEM. */
export const pemOf = (key: KeyObject): string => key.export({ type: "spki", format: "pem" })

/** Whether the signature is one of the content with this key. */
export const isSigned = (content: Uint8Array, { publicKey, signature }: CheckedSignature): boolean => {
  try {
    const key = createPublicKey(publicKey)
    return key.asymmetricKeyType === "ed25519" && verify(null, content, key, Buffer.from(signature, "base64"))
  } catch {
    // What stands in an archive may be no key at all.
    return false
  }
}

/** A signature as it stands in a file: its 64 bytes, or base64 of them. */
export const signatureIn = Effect.fnUntraced(function* (path: string): Effect.fn.Return<string, ReviewError> {
  const bytes = yield* readSmallFile(path, path)
  const signature = bytes.length === 64 ? bytes : Buffer.from(bytes.toString("latin1").trim(), "base64")
  if (signature.length === 64) return signature.toString("base64")
  const hint = "Make one with `openssl pkeyutl -sign -rawin -inkey KEY -in FILE -out FILE.sig`."
  return yield* refuse("Unusable", `${path} is no ed25519 signature.`, hint)
})

/** A public key in a few characters, as people compare it. */
export const fingerprintOf = (pem: string): string =>
  `SHA256:${createHash("sha256")
    .update(createPublicKey(pem).export({ type: "spki", format: "der" }))
    .digest("base64")
    .replaceAll("=", "")}`

/** What somebody signs who signs off. */
export const signOffText = (
  campaign: string,
  head: string,
  { as, role, email }: Pick<EventOf<"signedOff">, "as" | "role" | "email">,
): string => JSON.stringify(["rollcall sign-off", campaign, head, as, role, ...(email === null ? [] : [email])])
