// A secret as a small service: asked again at each use, since the file behind it may have been rotated meanwhile.
import { Effect, Redacted } from "effect"
import type { Stats } from "node:fs"
import { readFile, stat } from "node:fs/promises"
import { ConfigError, invalidIn, whyUnreadable } from "./ConfigError.ts"
import { withoutLastNewline, describeOrigin } from "./sources.ts"
import type { Origin } from "./sources.ts"
import { isQuoted, withoutQuotes } from "./parseSetting.ts"

/** Yields the secret as it is now. */
export type Secret = Effect.Effect<Redacted.Redacted, ConfigError>

/** A token is a line; a file that is larger names something else. */
const mostBytes = 65_536

/** A secret that was given as a value. A trailing newline, as `$(cat file)` and editors leave it, is not part of it. */
export const secretFromValue = (text: string, origin: Origin): Secret => {
  const value = withoutLastNewline(text)
  const problem = problemOf(value)
  return problem === undefined
    ? Effect.succeed(Redacted.make(value))
    : Effect.fail(
        new ConfigError({
          reason: invalidIn(origin),
          message: `The secret in ${describeOrigin(origin)} ${problem.what}.`,
          hint: problem.hint ?? "Give a value, or leave the setting out.",
        }),
      )
}

/**
 * A secret that a file holds. The file is read again when its time, size or inode changes, so a rotated Kubernetes
 * secret is taken up without a restart; a trailing newline and a byte order mark are not part of the secret.
 */
export const secretFromFile = (path: string, origin: Origin): Secret => {
  let known: { readonly stamp: string; readonly value: Redacted.Redacted } | undefined

  const unreadable = ({ what, hint }: Problem, cause?: unknown) =>
    new ConfigError({
      reason: "UnreadableSecret",
      message: `The file ${path} that ${describeOrigin(origin)} names ${what}.`,
      hint: hint ?? "Name a readable file that holds the secret and nothing else.",
      cause,
    })
  const attempt = <A>(work: () => Promise<A>) =>
    Effect.tryPromise({ try: work, catch: (cause) => unreadable({ what: whyUnreadable(cause) }, cause) })

  return Effect.gen(function* () {
    const stats = yield* attempt(() => stat(path))
    const stamp = stampOf(stats)
    if (known?.stamp === stamp) return known.value
    if (!stats.isFile()) return yield* unreadable({ what: "is not a file" })
    if (stats.size > mostBytes) return yield* unreadable({ what: "is too large to be a secret" })
    const text = withoutLastNewline((yield* attempt(() => readFile(path, "utf8"))).replace(/^\ufeff/u, ""))
    const problem = problemOf(text)
    if (problem !== undefined) return yield* unreadable(problem)
    known = { stamp, value: Redacted.make(text) }
    return known.value
  })
}

const stampOf = (stats: Stats): string => `${stats.ino}:${stats.mtimeMs}:${stats.size}`

interface Problem {
  /** The end of a sentence about the secret or its file. */
  readonly what: string
  readonly hint?: string
}

// What else a secret may be made of, only the system that takes it knows.
const problemOf = (secret: string): Problem | undefined => {
  if (secret.trim() === "") return { what: "is empty" }
  return isQuoted(secret) ? { what: "begins and ends with a quote", hint: withoutQuotes } : undefined
}
