// Client secrets as C1 makes them, with keys of our own.
import { generateKeyPairSync } from "node:crypto"

/** A fresh private key as a JWK. */
export const freshJwk = () => generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" })

/** A secret of this version that holds this. */
export const secretOf = (jwk: unknown, version = "v1"): string =>
  `secret-token:conductorone.com:${version}:${Buffer.from(JSON.stringify(jwk)).toString("base64url")}`
