// `--strict`: a sync with gaps is published, and then counts as refused.
import { SyncError } from "@rollcall/connector"
import type { FinishedSync } from "@rollcall/host/sync"
import { gapsOf } from "@rollcall/host/sync"
import { Effect } from "effect"

/** Fails when the sync has gaps. */
export const gapsAreErrors = ({ summary, file }: FinishedSync): Effect.Effect<void, SyncError> => {
  const gaps = gapsOf(summary)
  if (gaps.length === 0) return Effect.void
  const scopes = [...new Set(gaps.flatMap((gap) => gap.missingScopes ?? []))]
  return Effect.fail(
    new SyncError({
      reason: "Refused",
      message: `The sync is in ${file}, but --strict allows no gaps and it lacks ${gaps.map((gap) => gap.missing).join("; ")}.`,
      hint:
        scopes.length === 0
          ? "See the explanations above, or run without --strict."
          : `Give the app the scopes ${scopes.join(", ")} and install it again, or run without --strict.`,
      ...(scopes.length === 0 ? {} : { missingScopes: scopes }),
    }),
  )
}
