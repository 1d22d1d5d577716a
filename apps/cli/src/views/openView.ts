// The sync that a view reads, and what is said of it on the standard error.
import type { AccessReader, InheritedIs } from "@rollcall/access"
import { incompletenessOf, openAccess } from "@rollcall/access"
import { keepHeapTight } from "@rollcall/host/heap"
import { Effect } from "effect"
import { cacheOf } from "../settings/commandFields.ts"
import { KnownModules } from "../settings/knownModules.ts"
import { findSync, noteDate } from "./findSync.ts"
import type { ViewRequest } from "./viewRequest.ts"
import { readOptionsOf, writeNotes } from "./viewRequest.ts"

/** Opens the sync that a view reads. */
export const openView = Effect.fnUntraced(function* ({ settings, syncId }: ViewRequest, privileged?: string) {
  keepHeapTight()
  const { all } = yield* KnownModules
  const { file, sync } = yield* findSync(settings, syncId)
  const access = yield* openAccess(file, {
    ...(yield* readOptionsOf(settings)),
    cache: cacheOf(settings),
    syncId: sync,
    meanings: all,
    privileged: privileged === undefined ? [] : [privileged],
  })
  yield* noteDate(syncId, access.sync)
  return access
})

/**
 * Says on the standard error what the sync lacks, and returns that for JSON. It is part of the answer, and so no matter of
 * `--quiet`.
 */
export const noteIncomplete = Effect.fnUntraced(function* (access: AccessReader, inherited: InheritedIs) {
  const { notes, members } = yield* incompletenessOf(access, inherited)
  yield* writeNotes([...(yield* notFull(access)), ...notes])
  return members
})

/** A sync that left out what there may be is shown where it was asked for, or where the file has no full one. */
const notFull = Effect.fnUntraced(function* ({ sync, coverage }: AccessReader) {
  if (sync?.endedAt === undefined || sync.type === "full" || sync.type === "") return []
  const gaps = (yield* coverage).flatMap((it) => it.gaps)
  const type = gaps.some(({ reason }) => reason === "quick") ? "quick" : sync.type
  return [
    `The sync ${sync.id} is not a full one (${type}), so it shows a part of what there is. \`rollcall stats\` names what it left out.`,
  ]
})
