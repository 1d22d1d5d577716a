// What stands at the output before it is replaced. A file that we could not carry on is never replaced: it may be all
// that somebody has.
import { closeSync, openSync, readSync } from "node:fs"
import { StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import { magicLength, v1Magic, v3Magic } from "../envelope/magic.ts"
import { attempt } from "../WorkStore/storeFailure.ts"

/** A failure that tells to move the previous output away. */
export const cannotCarryOn = (output: string, what: string, cause?: unknown): StoreError =>
  new StoreError({
    reason: "Unreadable",
    message: `${output} ${what}, so its earlier syncs could not be carried on. It has not been touched.`,
    hint: "Move that file away, or name another output, then run again.",
    ...(cause === undefined ? {} : { cause }),
  })

/** Whether the output has syncs to carry on. Fails where it holds something that is not ours to replace. */
export const checkPreviousOutput = Effect.fnUntraced(function* (
  output: string,
): Effect.fn.Return<"nothing" | "v1", StoreError> {
  const head = yield* attempt(output, () => readHead(output))
  if (head.length === 0) return "nothing"
  if (head.equals(v1Magic)) return "v1"
  return yield* cannotCarryOn(
    output,
    head.equals(v3Magic) ? "is a version 3 (Pebble) .c1z file, which Rollcall does not write" : "is not a .c1z file",
  )
})

const readHead = (path: string): Buffer => {
  try {
    const file = openSync(path, "r")
    try {
      const head = Buffer.alloc(magicLength)
      return head.subarray(0, readSync(file, head))
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code === "ENOENT") return Buffer.alloc(0)
    throw cause
  }
}
