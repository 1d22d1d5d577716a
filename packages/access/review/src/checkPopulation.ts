// Whether a sync can be reviewed: a full one, young enough, that shows all that the scopes need. What it lacks must be accepted
// with a reason, which stays in the evidence.
import type { AccessReader } from "@rollcall/access"
import type { Coverage, Gap, StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { FrozenCoverage, KeptFile, ReadSync } from "./CampaignEvent.ts"
import type { ReviewError } from "./ReviewError.ts"
import { refuse } from "./ReviewError.ts"
import type { Scope } from "./Scope.ts"

/** Milliseconds of a day. */
const dayMillis = 86_400_000

/** The sync of a file that is open; it must have one that has ended. */
export const readSyncOf = (access: AccessReader, file: KeptFile): Effect.Effect<ReadSync, ReviewError> => {
  const { sync } = access
  if (sync?.endedAt === undefined) {
    const what = sync === undefined ? "holds no sync" : "holds only a sync that has not finished"
    return refuse("Unusable", `${file.name} ${what}, so there is nothing to compare.`, "Run `rollcall sync` first.")
  }
  const tenant = sync.source?.tenant
  return Effect.succeed({
    file,
    syncId: sync.id,
    startedAt: sync.startedAt,
    endedAt: sync.endedAt,
    workspace: tenant === undefined ? null : { id: tenant.id, name: tenant.displayName },
  })
}

/** What the sync shows of each type, as it is frozen. */
export const frozenCoverage = (coverage: ReadonlyArray<Coverage>): ReadonlyArray<FrozenCoverage> =>
  coverage.map(({ resourceType, state, gaps }) => ({ resourceType, state, gaps: gaps.map(sentenceOn) }))

const sentenceOn = ({ missing, explanation }: Gap): string => `Missing: ${missing}. ${explanation}`

/** What the sync lacks of what the scopes need, a sentence each. */
const gapsFor = Effect.fnUntraced(function* (
  access: AccessReader,
  scopes: ReadonlyArray<Scope>,
): Effect.fn.Return<ReadonlyArray<string>, StoreError> {
  const { sync } = access
  const coverage = yield* access.coverage
  const kind = sync?.type ?? ""
  const narrowed = kind === "full" ? [] : [`The sync is not a full one (${kind === "" ? "type unknown" : kind}).`]
  if (coverage.length === 0) return [...narrowed, "The file does not tell what its sync could not see."]
  const isNeeded = (type: string) => scopes.some(({ needs }) => needs === undefined || needs.includes(type))
  const gaps = coverage
    .flatMap((it) => it.gaps)
    .filter((gap) => gap.expected !== true && isNeeded(gap.resourceType))
    .map(sentenceOn)
  return [...narrowed, ...new Set(gaps)]
})

/** The gaps that were accepted; fails where there are some and no reason is given, or where the sync is too old. */
export const checkPopulation = Effect.fnUntraced(function* (
  access: AccessReader,
  scopes: ReadonlyArray<Scope>,
  { maxAge, acceptGap }: { readonly maxAge: number; readonly acceptGap?: string | undefined },
  now: number,
): Effect.fn.Return<ReadonlyArray<string>, ReviewError | StoreError> {
  const endedAt = Date.parse(access.sync?.endedAt ?? "")
  const days = Math.floor((now - endedAt) / dayMillis)
  const old = days >= maxAge ? [`The sync ended ${days} days ago, and --max-age allows ${maxAge}.`] : []
  const gaps = [...old, ...(yield* gapsFor(access, scopes))]
  if (gaps.length === 0 || (acceptGap !== undefined && acceptGap.trim() !== "")) return gaps
  return yield* refuse(
    "NotAllowed",
    `The file cannot be reviewed as it is. ${gaps.join(" ")}`,
    "Sync again without the gap, choose scopes that do not need it, or accept it with --accept-gap and a reason.",
  )
})
