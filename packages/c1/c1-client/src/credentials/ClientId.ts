// The client id that C1 gives a connector: `<name>@<host[:port]>/<suffix>`. It says where the tenant's API is.
import { Effect } from "effect"
import { C1Error } from "../C1Error.ts"

/** A client id and what it says. */
export interface ClientId {
  /** The whole of it, as C1 wants to see it. */
  readonly text: string
  /** The part before the `@`; it names the client in `User-Agent`. */
  readonly name: string
  /** The tenant's host, with its port where there is one. */
  readonly host: string
  /** The host without its port, which is the audience of the client's assertions whatever host is spoken to. */
  readonly audience: string
}

/** Reads a client id. The message never quotes it: somebody may have pasted the secret in its place. */
export const parseClientId = (text: string): Effect.Effect<ClientId, C1Error> => {
  const at = text.indexOf("@")
  const slash = text.indexOf("/", at + 1)
  if (at < 1 || slash < 0) return Effect.fail(badClientId("it has no @, or no / after it"))
  const name = text.slice(0, at)
  const host = text.slice(at + 1, slash)
  // What goes into a header has to be plain.
  if (!/^[\x21-\x7e]+$/u.test(text))
    return Effect.fail(badClientId("it holds a space or a character that is not plain"))
  const url = hostUrl(host)
  return url === undefined
    ? Effect.fail(badClientId("the part between @ and / is not a host"))
    : Effect.succeed({ text, name, host, audience: url.hostname })
}

/** The base URL of a host with or without a port; nothing where the text is more or less than that. */
export const hostUrl = (host: string): URL | undefined => {
  if (host === "" || /[/?#@\\\s]/u.test(host) || !URL.canParse(`https://${host}`)) return undefined
  return new URL(`https://${host}`)
}

const badClientId = (what: string) =>
  new C1Error({
    reason: "BadClientId",
    message: `The client id of ConductorOne cannot be used: ${what}.`,
    // With a whole host in it, a log would take the example for an e-mail address.
    hint: "Copy it again from the connector's page in ConductorOne; it looks like name@host/suffix.",
  })
