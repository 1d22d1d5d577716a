// Seals a secret for a place that others may read, such as a database and its backups: AES-256-GCM with a key that is not kept there. What is
// sealed is bound to its row: moved to another connection, setting or version, it does not open.
// https://csrc.nist.gov/pubs/sp/800/38/d/final (GCM; a nonce of 96 bits that is drawn at random for each of at most 2^32 secrets of a key)
import type { KeyObject } from "node:crypto"
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, randomBytes } from "node:crypto"
import { Redacted } from "effect"
import type { KeptSecret } from "./SecretStore.ts"

/** A key of 256 bits. */
export interface SecretKey {
  /** Says which key it is, and nothing of what it is. */
  readonly id: string
  readonly key: KeyObject
}

/** Bytes of a key. */
export const keyBytes = 32

/** A key of these 32 bytes. */
export const secretKey = (bytes: Uint8Array): SecretKey => ({
  id: createHmac("sha256", bytes).update("which key of rollcall is this").digest("hex").slice(0, 16),
  key: createSecretKey(bytes),
})

/** A random version, which no other secret has. */
export const newVersion = (): string => randomBytes(16).toString("hex")

const cipher = "aes-256-gcm"
const nonceBytes = 12
const tagBytes = 16

/** Which row it is, so that no other says the same. */
const rowOf = ({ connection, setting, version }: KeptSecret): Buffer =>
  Buffer.from(JSON.stringify(["rollcall secret", connection, setting, version]))

/** The secret, sealed for this row: nonce, what is encrypted, tag. */
export const seal = (row: KeptSecret, value: Redacted.Redacted, { key }: SecretKey): Uint8Array => {
  const nonce = randomBytes(nonceBytes)
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes })
  sealing.setAAD(rowOf(row))
  const encrypted = Buffer.concat([sealing.update(Redacted.value(value), "utf8"), sealing.final()])
  return Buffer.concat([nonce, encrypted, sealing.getAuthTag()])
}

/** The secret that was sealed for this row with this key; `undefined` where it was not. */
export const unseal = (row: KeptSecret, sealed: Uint8Array, { key }: SecretKey): Redacted.Redacted | undefined => {
  if (sealed.length < nonceBytes + tagBytes) return undefined
  const opening = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
  opening.setAAD(rowOf(row)).setAuthTag(sealed.subarray(-tagBytes))
  const text = opening.update(sealed.subarray(nonceBytes, -tagBytes))
  try {
    return Redacted.make(Buffer.concat([text, opening.final()]).toString("utf8"))
  } catch {
    // Nothing is told but that it does not open.
    return undefined
  }
}
