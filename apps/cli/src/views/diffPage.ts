// Writes what changed between two syncs as a page.
import type { Comparison, SyncPlace } from "@rollcall/access"
import { changesText } from "@rollcall/access"
import { writeText } from "@rollcall/access/output"
import { diffPage } from "@rollcall/report"
import { Clock, Effect, Stream } from "effect"
import manifest from "../../package.json" with { type: "json" }
import { errLines } from "../Screen.ts"

/** Where the page goes, and which syncs it is about. */
export interface DiffPageRequest {
  readonly before: SyncPlace
  readonly after: SyncPlace
  readonly out: string
  readonly force: boolean
  readonly quiet: boolean
}

/** Compares, once it is known that the page can be written, and writes it. */
export const writeDiffPage = Effect.fnUntraced(function* <E, R>(
  compared: Effect.Effect<Comparison, E, R>,
  { before, after, out, force, quiet }: DiffPageRequest,
) {
  const madeAt = new Date(yield* Clock.currentTimeMillis).toISOString()
  const source = { before: before.file, after: after.file, version: manifest.version, madeAt }
  const found = yield* Effect.cached(compared)
  const text = Stream.unwrap(Effect.map(found, (comparison) => diffPage(comparison, source)))
  yield* writeText(out, { force, sources: [before.file, after.file] }, text)
  const comparison = yield* found
  if (!quiet) yield* errLines([`Wrote ${out}: ${changesText(comparison)}.`])
  return comparison
})
