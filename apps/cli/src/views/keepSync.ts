// Marks a copy of an archive to stay.
import { chooseSync } from "@rollcall/access"
import { keepInArchive } from "@rollcall/archive"
import { Effect } from "effect"
import { errLines } from "../Screen.ts"
import type { ArchiveSettings } from "./archivedSyncs.ts"
import { archivedSyncs } from "./archivedSyncs.ts"

/** Marks a copy to stay, whatever the retention. */
export const keepSync = Effect.fnUntraced(function* (settings: ArchiveSettings, reference: string) {
  const copy = yield* chooseSync(settings.archive ?? "", yield* archivedSyncs(settings), reference)
  yield* keepInArchive(copy)
  yield* errLines([`${copy.file} stays. To let it go again, remove the file next to it that ends with .keep.`])
})
