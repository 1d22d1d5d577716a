// Looks at the place where a sync will write: can it, is someone else at it, and what is there already.
import { C1zFile, workStoreLayer } from "@rollcall/c1z"
import type { Settings } from "@rollcall/config"
import type { StoreError } from "@rollcall/connector"
import { Effect, Layer, Result } from "effect"
import { existsSync } from "node:fs"
import type { storeFields } from "../commands/syncFields.ts"
import type { Finding } from "../connectors/ConnectorEntry.ts"

/** The findings about the output file and its folder. */
export const inspectOutput = Effect.fn("Doctor.output")(function* (
  settings: Settings<typeof storeFields>,
): Effect.fn.Return<ReadonlyArray<Finding>> {
  const { file } = settings
  const isUnfinished = existsSync(`${file}.work`)
  const store = workStoreLayer({
    output: file,
    ...(settings["c1z-temp-dir"] === undefined ? {} : { tempDirectory: settings["c1z-temp-dir"] }),
  })
  // Building the store takes its lock and tries the folder, exactly as a sync would; leaving it undoes both.
  const writable = yield* Effect.result(Effect.scoped(Layer.build(store)))
  if (Result.isFailure(writable)) return [unwritable(writable.failure)]
  const folder: Finding = isUnfinished
    ? { check: "folder", state: "ok", found: "writable; the next sync continues one that was stopped" }
    : { check: "folder", state: "ok", found: "writable, and no other sync is at work" }
  return [folder, yield* present(file)]
})

const unwritable = (error: StoreError): Finding =>
  error.reason === "Busy"
    ? { check: "folder", state: "note", found: error.message, hint: error.hint }
    : { check: "folder", state: "failed", found: error.message, hint: error.hint, kind: error.kind }

const present = Effect.fnUntraced(function* (file: string): Effect.fn.Return<Finding> {
  if (!existsSync(file)) return { check: "file", state: "ok", found: `${file} does not exist yet and will be made` }
  const description = yield* Effect.result(C1zFile.describe(file))
  if (Result.isFailure(description)) {
    const { message, hint, kind } = description.failure
    return { check: "file", state: "failed", found: message, hint, kind }
  }
  const { success } = description
  if (success.format === "v3") {
    return {
      check: "file",
      state: "failed",
      found: `${file} is a v3 file, which cannot be added to`,
      hint: "Name another file with -f, or move this one away.",
      kind: "unreadable",
    }
  }
  const syncs = success.format === "empty" ? 0 : success.syncs.length
  return { check: "file", state: "ok", found: `${file} holds ${syncs} ${syncs === 1 ? "sync" : "syncs"}` }
})
