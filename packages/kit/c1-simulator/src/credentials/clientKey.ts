// The key of the one client that a simulated C1 knows, in the shapes that C1 gives it out: a client id that names the
// service, and a client secret that holds a private key.
import { createHash, createPrivateKey, createPublicKey, type KeyObject } from "node:crypto"

export interface ClientKey {
  readonly publicKey: KeyObject
  /** `secret-token:conductorone.com:v1:` and the private JWK in base64url. */
  readonly clientSecret: string
}

/** What stands before the 32 bytes of an Ed25519 key in PKCS #8. https://www.rfc-editor.org/rfc/rfc8410#section-7 */
const pkcs8Head = Buffer.from("302e020100300506032b657004220420", "hex")

/** The key that belongs to the seed. */
export const clientKeyOf = (seed: number, keyId: string | undefined): ClientKey => {
  const bytes = createHash("sha256").update(`c1-simulator client key ${seed}`).digest()
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8Head, bytes]), format: "der", type: "pkcs8" })
  const jwk = { ...privateKey.export({ format: "jwk" }), ...(keyId === undefined ? {} : { kid: keyId }) }
  return {
    publicKey: createPublicKey(privateKey),
    clientSecret: `secret-token:conductorone.com:v1:${Buffer.from(JSON.stringify(jwk)).toString("base64url")}`,
  }
}
