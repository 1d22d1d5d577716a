// A token that its source does not have now, such as a file that was taken away. A client carries on what the source says.
import { Schema } from "effect"

/** What the source of a token fails with: what happened and why, and what to do, each in a sentence. */
export interface TokenProblem {
  readonly message: string
  readonly hint: string
}

/** The source's own words, as the reason of a call that was not sent. */
export const UnreadableToken = Schema.TaggedStruct("UnreadableToken", { problem: Schema.String, remedy: Schema.String })
export type UnreadableToken = typeof UnreadableToken.Type

/** The reason for a problem. */
export const unreadableToken = ({ message, hint }: TokenProblem): UnreadableToken => ({
  _tag: "UnreadableToken",
  problem: message,
  remedy: hint,
})
