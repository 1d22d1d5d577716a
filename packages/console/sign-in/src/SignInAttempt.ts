// A sign-in that was begun: all of it is in a cookie of the browser that began it, so that whoever asks for this page a thousand times
// leaves nothing behind, and any replica takes the answer. State, nonce and the verifier of PKCE follow from one random secret; whoever sees
// the state or the nonce on its way learns nothing of the others.
import { createHmac, randomBytes } from "node:crypto"

/** How long the issuer may take to answer, in seconds: people look for their second factor. */
export const attemptSeconds = 600

/** A sign-in of one browser. */
export interface SignInAttempt {
  /** 256 random bits, as text. */
  readonly secret: string
  /** Where to go then: a path of this server. */
  readonly backTo: string
  /** The issuer is to ask who they are, whoever it knows already. */
  readonly isFresh: boolean
}

/** Begins one. */
export const beginAttempt = (backTo: string, isFresh: boolean): SignInAttempt => ({
  secret: randomBytes(32).toString("base64url"),
  backTo,
  isFresh,
})

/** What goes to the issuer, and what comes back. */
export const checksOf = ({ secret }: SignInAttempt) => {
  const derived = (what: string) => createHmac("sha256", secret).update(what).digest("base64url")
  return { state: derived("state"), nonce: derived("nonce"), verifier: derived("verifier") }
}

/** The value of its cookie. */
export const attemptText = ({ secret, backTo, isFresh }: SignInAttempt): string =>
  [secret, isFresh ? "fresh" : "any", Buffer.from(backTo).toString("base64url")].join(".")

/** The attempt of a cookie; `undefined` where it is none. */
export const attemptOf = (text: string | undefined): SignInAttempt | undefined => {
  const [secret = "", how, path = ""] = text?.split(".") ?? []
  if (!/^[\w-]{43}$/u.test(secret) || (how !== "fresh" && how !== "any")) return undefined
  return { secret, backTo: pathHere(Buffer.from(path, "base64url").toString()), isFresh: how === "fresh" }
}

/** A path of this server with its query; the first page for whatever a browser could take for another server, or for signing in. */
export const pathHere = (text: string): string =>
  /^\/(?![/\\])[!-[\]-~]{0,2000}$/u.test(text) && !/^\/sign-(?:in|out)\b/u.test(text) ? text : "/"
