// Why no usable reply came, as data: the reasons that every API over HTTP has in common. A client adds its own.
import { Schema } from "effect"

/** What went wrong on the way to the server. */
export const NetworkProblem = Schema.Literals([
  "dns",
  "refused",
  "tls",
  /** The environment names a proxy that cannot be used, or it answers what no proxy does. */
  "proxy",
  /** The environment names a proxy that does not speak HTTP. */
  "proxyScheme",
  "proxyPassword",
  /** The proxy does not let the host through. */
  "proxyDenies",
  /** The proxy itself failed, or did not reach the host. */
  "proxyFailed",
  "reset",
  "unreachable",
  "other",
])
export type NetworkProblem = typeof NetworkProblem.Type

/** What is wrong with a reply. */
export const ReplyProblem = Schema.Literals(["html", "truncated", "notJson", "shape", "status", "tooLarge"])
export type ReplyProblem = typeof ReplyProblem.Type

export const Network = Schema.TaggedStruct("Network", {
  problem: NetworkProblem,
  host: Schema.String,
  /** The system's name of the problem, such as `ENOTFOUND`. */
  code: Schema.optionalKey(Schema.String),
})
export type Network = typeof Network.Type

export const TimedOut = Schema.TaggedStruct("TimedOut", { afterMillis: Schema.Finite })
export type TimedOut = typeof TimedOut.Type

/** The reply is not what the server documents. `detail` is bounded and escaped. */
export const UnexpectedReply = Schema.TaggedStruct("UnexpectedReply", { problem: ReplyProblem, detail: Schema.String })
export type UnexpectedReply = typeof UnexpectedReply.Type

export type ExchangeReason = Network | TimedOut | UnexpectedReply
