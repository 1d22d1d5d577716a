// Removes what views keep of files that they unpacked, and says what it did.
import { clearCache } from "@rollcall/c1z"
import { Effect } from "effect"
import { errLines } from "../Screen.ts"

/** Clears the cache in a folder. */
export const emptyCache = Effect.fnUntraced(function* (folder: string) {
  const { removed, inUse } = yield* clearCache(folder)
  const left = inUse === 0 ? "" : ` In use, and still there: ${inUse}.`
  yield* errLines([`Unpacked files removed from ${folder}: ${removed}.${left}`])
})
