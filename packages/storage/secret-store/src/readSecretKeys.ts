// The file of keys: 32 random bytes, or one or two lines with the base64 of 32 each. The first seals, both open, so that a key can be replaced.
import { ConfigError, whyUnreadable } from "@rollcall/config"
import { Effect } from "effect"
import { readFile, stat } from "node:fs/promises"
import type { SecretKey } from "./sealing.ts"
import { keyBytes, secretKey } from "./sealing.ts"

/** More than two keys take. */
const mostBytes = 1024

const hint =
  "Make one with `openssl rand -base64 32 > secret.key`; while a key is replaced, the file has two lines, of which the first seals."

/** Reads the keys of a file, the one that seals first. Fails, and quotes nothing, where the file is none of keys. */
export const readSecretKeys = Effect.fn("SecretStore.readKeys")(function* (
  path: string,
): Effect.fn.Return<readonly [SecretKey, ...ReadonlyArray<SecretKey>], ConfigError> {
  const wrong = (what: string, cause?: unknown) =>
    new ConfigError({
      reason: "UnreadableSecret",
      message: `The file ${path} that BATON_SECRET_KEY_FILE names ${what}.`,
      hint,
      cause,
    })
  const bytes = yield* Effect.tryPromise({
    try: async () => {
      const stats = await stat(path)
      return stats.isFile() && stats.size <= mostBytes ? readFile(path) : undefined
    },
    catch: (cause) => wrong(whyUnreadable(cause), cause),
  })
  if (bytes === undefined) return yield* wrong("is no file of keys")
  // 32 letters are a word, or something else that was encoded, and no random bytes.
  if (bytes.length === keyBytes && !/^[ -~\s]*$/u.test(bytes.toString("latin1"))) return [secretKey(bytes)]
  const lines = bytes
    .toString("latin1")
    .split(/\r?\n/u)
    .filter((line) => line.trim() !== "")
  const [first, second, ...others] = lines.map((line) => decoded(line.trim()))
  if (first === undefined || others.length > 0 || (lines.length === 2 && second === undefined)) {
    return yield* wrong("has neither 32 bytes nor one or two lines with the base64 of 32 bytes each")
  }
  return second === undefined ? [first] : [first, second]
})

const decoded = (line: string): SecretKey | undefined => {
  if (!/^[A-Za-z0-9+/_-]{43}=?$/u.test(line)) return undefined
  const bytes = Buffer.from(line, "base64url")
  return bytes.length === keyBytes ? secretKey(bytes) : undefined
}
