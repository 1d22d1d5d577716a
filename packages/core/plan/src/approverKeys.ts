// The public keys of approvers, as they are compared.
import { createPublicKey, type KeyObject } from "node:crypto"

/** A public key as it is compared; nothing where it is none. */
export const keyIn = (pem: string): string | undefined => {
  try {
    const key = createPublicKey(pem)
    return key.asymmetricKeyType === "ed25519" && !pem.includes("PRIVATE KEY") ? pemOf(key) : undefined
  } catch {
    return undefined
  }
}

/** A key as PEM. */
export const pemOf = (key: KeyObject): string => key.export({ type: "spki", format: "pem" })
