// The previous output, unpacked and open for as long as the scope lives. Whoever wrote that file, the next one must be fit
// to be read: so it is checked as a reader checks it.
import { join } from "node:path"
import type { StoreError } from "@rollcall/connector"
import type { Scope } from "effect"
import { Effect } from "effect"
import { decodeEnvelope } from "../envelope/decode.ts"
import { Database } from "../reader/Database.ts"
import { tableNames } from "../schema.ts"
import type { OutputPaths } from "../WorkStore/outputPath.ts"
import { storeFailure } from "../WorkStore/storeFailure.ts"
import { cannotCarryOn, checkPreviousOutput } from "./previousOutput.ts"

/** Where the previous output is unpacked. */
export const earlierPath = ({ build }: Pick<OutputPaths, "build">): string => join(build, "earlier.db")

/** Opens it in the build folder, which is there. */
export const openEarlier = Effect.fnUntraced(function* (
  paths: OutputPaths,
  limit: number,
): Effect.fn.Return<Database | "nothing" | "tooLarge", StoreError, Scope.Scope> {
  const { output } = paths
  const path = earlierPath(paths)
  if ((yield* checkPreviousOutput(output)) === "nothing") return "nothing"
  const unpacked = yield* decodeEnvelope(output, path, limit).pipe(
    Effect.mapError((error) =>
      error.reason === "Unreadable"
        ? cannotCarryOn(output, "is damaged", error)
        : storeFailure(error.reason, path, error),
    ),
  )
  if (unpacked === "tooLarge") return "tooLarge"
  return yield* asDamaged(output, Database.open(output, path, tableNames))
})

/** Where the previous output cannot be read, it is damaged. */
export const asDamaged = <A, R>(
  output: string,
  read: Effect.Effect<A, StoreError, R>,
): Effect.Effect<A, StoreError, R> =>
  Effect.mapError(read, (error) => (error.reason === "Unreadable" ? cannotCarryOn(output, "is damaged", error) : error))
