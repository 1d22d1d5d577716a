// A call that failed, as data: why, and after how many attempts; and what follows from the reasons that every API over HTTP
// has in common: whether repeating can help, and what each says to a person. A client makes its own error of it, by the table
// of its own reasons; what to do about a reply that is late or odd depends on whose it is.
import { Schema } from "effect"
import type { UnreadableToken } from "./apiCaller.ts"
import type { Network, NetworkProblem, ReplyProblem, TimedOut, UnexpectedReply } from "./ExchangeReason.ts"
import { networkReason } from "./networkReason.ts"
import { ProxyError, proxySettings } from "./proxySettings.ts"
import type { Fenced } from "./WriteFence.ts"

/** The fields that every client's error has, for its `Schema.TaggedError`. */
export const failedCallFields = {
  /** The HTTP status, where there was a reply. */
  status: Schema.optional(Schema.Int),
  /** How often the call was sent; default 1. */
  attempts: Schema.optional(Schema.Int),
  /** Milliseconds that went by between the attempts. */
  waitedMillis: Schema.optional(Schema.Finite),
  cause: Schema.optional(Schema.Defect()),
}

/** Why one attempt failed. */
export interface FailedAttempt<Reason> {
  readonly reason: Reason
  readonly status?: number | undefined
  readonly cause?: unknown
}

/** Why a call failed for good, with what was done to save it; `attempts` is absent where there was one. */
export interface FailedCall<Reason> extends FailedAttempt<Reason> {
  readonly attempts?: number | undefined
  readonly waitedMillis?: number | undefined
}

/** What follows from a reason. Written with methods, so that an entry of a table serves for the union of all reasons. */
export interface ReasonFacts<Reason, Category> {
  /** What a caller does about it. */
  readonly category: Category
  /** Whether repeating the call can help. */
  retry(reason: Reason): Retry
  /** The end of a sentence that begins with the call. */
  says(reason: Reason): string
  /** What to do next; `call` is the API's name of the call. */
  hint(reason: Reason, call: string): string
}

/** The table of a client: what follows from each of its reasons. */
export type ReasonTable<Reason extends { readonly _tag: string }, Category> = {
  readonly [Tag in Reason["_tag"]]: ReasonFacts<Extract<Reason, { readonly _tag: Tag }>, Category>
}

/** Whether a call may be sent once more, where doing it twice is as good as once or is not. */
export const mayRepeat = (retry: Retry, idempotent: boolean): boolean =>
  retry === "always" || (retry === "reads" && idempotent)

/** The end of the sentence that says why a call failed: ` (HTTP 503). Gave up after 3 attempts, with 2 s of waiting.` */
export const afterAttempts = ({
  status,
  attempts = 1,
  waitedMillis = 0,
}: Omit<FailedCall<unknown>, "reason" | "cause">): string => {
  const http = status === undefined || status === 200 ? "" : ` (HTTP ${status})`
  return attempts === 1
    ? `${http}.`
    : `${http}. Gave up after ${attempts} attempts, with ${seconds(waitedMillis)} of waiting.`
}

/** When to repeat a call: `reads` only where doing it twice is as good as once, as it may have taken effect already. */
export type Retry = "never" | "always" | "reads"

/** Problems before the request was sent; a connection that was cut may have carried it. A bad certificate stays bad. */
const networkRetries: Readonly<Record<NetworkProblem, Retry>> = {
  dns: "always",
  refused: "always",
  unreachable: "always",
  reset: "reads",
  other: "reads",
  tls: "never",
  proxy: "never",
  proxyScheme: "never",
  proxyPassword: "never",
  proxyDenies: "never",
  proxyFailed: "always",
}

const networkProblems: Readonly<Record<NetworkProblem, { says: string; hint: string }>> = {
  dns: {
    says: "its name has no DNS address",
    hint: "Check the network and the name of the host; behind a proxy, set HTTPS_PROXY.",
  },
  refused: {
    says: "it refuses the connection",
    hint: "Check the address and the port, and that a firewall lets them through.",
  },
  tls: {
    says: "its certificate is not trusted or TLS fails",
    hint: "Behind a proxy that inspects TLS, name its certificate in NODE_EXTRA_CA_CERTS, for the worker in BATON_EXTRA_CA_FILE; otherwise check the address.",
  },
  proxy: {
    says: "the proxy that the environment names cannot be used",
    hint: "Give HTTPS_PROXY as http://host:port or http://user:password@host:port, with characters such as / ? # @ and % of the password percent-encoded, or remove it from the environment.",
  },
  proxyScheme: {
    says: "the proxy that the environment names is not an HTTP proxy",
    hint: "Give HTTPS_PROXY as http://host:port: SOCKS proxies (socks5://…) are not supported.",
  },
  proxyPassword: {
    says: "the proxy requires a user and a password, or refuses those that were given",
    hint: "Give HTTPS_PROXY as http://user:password@host:port, with characters such as / ? # @ and % of the password percent-encoded.",
  },
  proxyDenies: {
    says: "the proxy does not let this host through",
    hint: "Ask the operator of the proxy to allow the host on its port, or name the host in NO_PROXY if it can be reached without the proxy.",
  },
  proxyFailed: {
    says: "the proxy failed, or did not reach the host",
    hint: "Run it again in a few minutes; if it fails again, ask the operator of the proxy.",
  },
  reset: { says: "the connection was closed", hint: "Check the network and any proxy on the way, and try again." },
  unreachable: { says: "there is no route to the host", hint: "Check the network, VPN and firewall." },
  other: { says: "the connection failed", hint: "Check the network and the address, and try again." },
}

/** What is wrong with the proxy that an environment names, as a setting; nothing where it can be used or none is named. */
export const proxyProblem = (
  env: NodeJS.ProcessEnv,
): { readonly message: string; readonly hint: string } | undefined => {
  try {
    proxySettings(env)
    return undefined
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error
    const { says, hint } = networkProblems[networkReason(error, "").problem]
    return { message: `${says.charAt(0).toUpperCase()}${says.slice(1)}.`, hint }
  }
}

const replyProblems: Readonly<Record<ReplyProblem, string>> = {
  html: "a page of HTML",
  truncated: "incomplete JSON",
  notJson: "something other than JSON",
  shape: "JSON of a shape that is not documented",
  status: "an HTTP status that is not documented",
  tooLarge: "more than is reasonable",
}

/** Milliseconds in words. */
export const seconds = (millis: number): string => `${Math.ceil(millis / 1000)} s`

/** The end of a sentence that begins with the call, and the hint where there is a common one; `retry` says when to repeat. */
export const exchangeFacts = {
  MalformedToken: {
    retry: (): Retry => "never",
    says: (): string =>
      "was not sent, since the token is empty or has spaces, line breaks or characters that no token has",
    hint: (): string => "Copy the token again: it is one word.",
  },
  UnreadableToken: {
    retry: (): Retry => "never",
    says: ({ problem }: UnreadableToken): string =>
      `was not sent because the token cannot be read: ${problem.replace(/\.$/u, "")}`,
    hint: ({ remedy }: UnreadableToken): string => remedy,
  },
  Fenced: {
    retry: (): Retry => "never",
    says: ({ problem }: Fenced): string => `was not sent: ${problem.replace(/\.$/u, "")}`,
    hint: ({ remedy }: Fenced): string => remedy,
  },
  Network: {
    retry: ({ problem }: Network): Retry => networkRetries[problem],
    says: ({ problem, host, code }: Network): string =>
      `did not get through to ${host}: ${networkProblems[problem].says}${code === undefined ? "" : ` (${code})`}`,
    hint: ({ problem }: Network): string => networkProblems[problem].hint,
  },
  TimedOut: {
    retry: (): Retry => "reads",
    says: ({ afterMillis }: TimedOut): string => `had no complete answer within ${seconds(afterMillis)}`,
  },
  UnexpectedReply: {
    // A gateway, or a server that starts, answers what is not documented for a while; bounded retries outlast that.
    retry: (): Retry => "reads",
    says: ({ problem, detail }: UnexpectedReply): string =>
      `was answered with ${replyProblems[problem]}${detail === "" ? "" : `: ${detail}`}`,
  },
}
