// The outcome of each call, so that an app can count calls without the clients knowing metrics; and what time replies say it is.
import { Cause, Context, Effect, Exit, Option } from "effect"

/** What a call is to. */
export interface CallName {
  /** The API, such as `slack`. */
  readonly system: string
  /** The API's name of the call, such as `users.list`. Never a path with ids in it: it is a label of metrics. */
  readonly method: string
}

/** A call that has ended, after all of its attempts. */
export interface CallOutcome extends CallName {
  /** `ok`, `interrupted`, `defect`, or the tag of the reason that the client's error gives. */
  readonly result: string
}

/** Called at the end of every call; does nothing by default. */
export const CallOutcomes = Context.Reference<(outcome: CallOutcome) => Effect.Effect<void>>(
  "@rollcall/api-client/CallOutcomes",
  { defaultValue: () => () => Effect.void },
)

/**
 * Given the time that each reply says it was sent at (its `Date`), in milliseconds since the epoch, as soon as it has come; does
 * nothing by default. Source: https://www.rfc-editor.org/rfc/rfc9110#field.date
 */
export const ReplyTimes = Context.Reference<(sentAt: number) => Effect.Effect<void>>(
  "@rollcall/api-client/ReplyTimes",
  {
    defaultValue: () => () => Effect.void,
  },
)

/** Reports the time of a reply to `ReplyTimes`; a reply without one tells nothing. */
export const observeTime = ({ headers }: { readonly headers: { readonly get: (name: string) => string | null } }) => {
  const sentAt = Date.parse(headers.get("date") ?? "")
  return Number.isNaN(sentAt) ? Effect.void : Effect.flatMap(ReplyTimes, (report) => report(sentAt))
}

/** Runs a call in a span of its own, `slack users.list`, and reports its outcome to `CallOutcomes`. */
export const observeCall =
  ({ system, method }: CallName) =>
  <A, E, R>(call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    call.pipe(
      Effect.onExit((exit) =>
        Effect.flatMap(CallOutcomes, (report) => report({ system, method, result: resultOf(exit) })),
      ),
      Effect.withSpan(`${system} ${method}`, { kind: "client" }),
    )

const resultOf = (exit: Exit.Exit<unknown, unknown>): string => {
  if (Exit.isSuccess(exit)) return "ok"
  const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (error === undefined) return Cause.hasDies(exit.cause) ? "defect" : "interrupted"
  const reason = memberOf(error, "reason")
  const tag = typeof reason === "string" ? reason : memberOf(reason, "_tag")
  return typeof tag === "string" ? tag : "error"
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined
