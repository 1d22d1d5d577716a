// What reading the configuration may fail with. Messages name the setting and where it was given, never its value: a
// token pasted into the wrong place must not end up in a log.
import type { Failure, FailureKind } from "@rollcall/connector"
import { storeReasonOf, whatStandsThere } from "@rollcall/connector"
import { Effect, Schema } from "effect"
import type { Origin } from "./sources.ts"

const Reason = Schema.Literals([
  "Invalid",
  "InvalidFlag",
  "Missing",
  "Conflict",
  "UnreadableFile",
  "MalformedFile",
  "UnreadableSecret",
])

/** One thing that is wrong, in a sentence, and what to do about it. */
export interface ConfigProblem {
  readonly reason: typeof Reason.Type
  readonly message: string
  readonly hint: string
}

/**
 * Why there is no usable configuration:
 * - `Invalid`: a value is not of its setting's type, range or choices.
 * - `InvalidFlag`: the same, where nothing else is wrong and the value came from a flag; that is misuse of the command.
 * - `Missing`: a setting that is needed is not given.
 * - `Conflict`: a secret is given twice, as a value and as a file.
 * - `UnreadableFile`, `MalformedFile`: the configuration file cannot be read or is not a YAML mapping.
 * - `UnreadableSecret`: the file that a `…_FILE` setting names is missing, empty or too large.
 */
export class ConfigError
  extends Schema.TaggedError<ConfigError>()("ConfigError", {
    reason: Reason,
    message: Schema.String,
    hint: Schema.String,
    cause: Schema.optional(Schema.Defect()),
  })
  implements Failure
{
  get kind(): FailureKind {
    return this.reason === "InvalidFlag" ? "usage" : "configuration"
  }
}

/** The reason of a value that is wrong, by where it came from. */
export const invalidIn = ({ from }: Origin): "Invalid" | "InvalidFlag" => (from === "flag" ? "InvalidFlag" : "Invalid")

/** One error of one or more problems: a person corrects all of them at once instead of one per run. */
export const configErrorOf = (first: ConfigProblem, ...others: ReadonlyArray<ConfigProblem>): ConfigError =>
  others.length === 0
    ? new ConfigError({ reason: first.reason, message: first.message, hint: first.hint })
    : new ConfigError({
        reason: [first, ...others].find(({ reason }) => reason !== "InvalidFlag")?.reason ?? "InvalidFlag",
        message: [`${others.length + 1} settings are wrong.`, ...[first, ...others].map(asLine)].join("\n"),
        hint: "Correct them and run again.",
      })

/** Fails where there are problems, with one error of all of them. */
export const failOnProblems = ([first, ...others]: ReadonlyArray<ConfigProblem>): Effect.Effect<void, ConfigError> =>
  first === undefined ? Effect.void : Effect.fail(configErrorOf(first, ...others))

const asLine = (problem: ConfigProblem): string => `- ${problem.message} ${problem.hint}`

/** By the code that Node gave the failure. */
export const whyUnreadable = (cause: unknown): string => {
  const reason = storeReasonOf(cause)
  if (reason === "NotFound") return "does not exist"
  if (reason === "NoPermission") return "may not be read by this user"
  if (reason === "NotAFile") return `cannot be read: it is ${whatStandsThere(cause)}`
  return "cannot be read"
}
