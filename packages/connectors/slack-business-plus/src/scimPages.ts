// Pages of a SCIM list for a step that knows nothing but its cursor and the evidence. The cursor carries how far a reading
// of the list has come; what the pages show, and whether a reading is whole, `ListReading` judges. A reading that is not
// whole ends in a page that makes no call and decides what follows.
import type {
  Comparison,
  ConnectorError,
  Evidence,
  Gap,
  Page,
  ResourceType,
  StoreError,
  Warning,
} from "@rollcall/connector"
import { ConnectorError as Failed } from "@rollcall/connector"
import type { ScimError, ScimPage, ScimPageRequest } from "@rollcall/scim-client"
import { afterPage, ListReading, mostReadings, nextPage, reading, verdictOf } from "@rollcall/scim-client"
import type { ListVerdict } from "@rollcall/scim-client"
import { Effect, Option, Schema } from "effect"
import { scimToConnectorError } from "./scimToConnectorError.ts"

/** A list, and what becomes of it if it is short. */
export interface ScimList<A, R> {
  readonly readPage: (request: ScimPageRequest) => Effect.Effect<ScimPage<A>, ScimError, R>
  /** Records of a page. */
  readonly count: number
  readonly type: ResourceType
  /** What it holds, such as `groups`. */
  readonly noun: string
  /**
   * What another step listed. If all of it is among the records the list is whole, whatever its total says, and if there is
   * any the list may be short. What it names in `unread` it could not list, and then nothing is compared.
   */
  readonly compared?: {
    readonly step: string
    readonly lists: ReadonlyArray<string>
    readonly unread: ReadonlyArray<string>
  }
  /** Whether a short list interrupts the sync; else it leaves a gap. */
  readonly mustBeWhole: boolean
}

/** What a page holds, and what follows from it. */
export interface ScimStepPage<A> {
  /** The part of the step's page that is about the list. */
  readonly page: Pick<Page, "next" | "gaps" | "warnings" | "listed" | "announced">
  /** The records, without the one that links the page to the page before. */
  readonly resources: ReadonlyArray<A>
  /** Whether no page before has shown the record with this id, so that what is odd about it is counted once. */
  readonly isNew: (id: string) => boolean
  /** Records that could not be read and that no page before has shown. */
  readonly rejected: number
}

const Cursor = Schema.fromJsonString(
  Schema.Union([
    Schema.Struct({ reading: ListReading }),
    /** A reading that came to its end and was not whole. */
    Schema.Struct({ end: ListReading, total: Schema.Int }),
  ]),
)
const decodeCursor = Schema.decodeUnknownOption(Cursor)
const encodeCursor = Schema.encodeSync(Cursor)

/** The page of a list that `cursor` names, or the first. */
export const scimPage = <A extends { readonly id: string }, R>(
  list: ScimList<A, R>,
  { cursor, evidence }: { readonly cursor?: string; readonly evidence: Evidence },
): Effect.Effect<ScimStepPage<A>, ConnectorError | StoreError, R> => {
  const from = cursor === undefined ? Option.some({ reading: reading(1) }) : decodeCursor(cursor)
  if (Option.isNone(from)) return Effect.fail(foreignCursor)
  if ("reading" in from.value) return readingPage(list, from.value.reading, evidence)
  return Effect.map(judge(list, from.value, evidence), (page) => ({
    resources: [],
    isNew: () => false,
    rejected: 0,
    page,
  }))
}

const readingPage = Effect.fnUntraced(function* <A extends { readonly id: string }, R>(
  { readPage, count }: ScimList<A, R>,
  current: ListReading,
  evidence: Evidence,
): Effect.fn.Return<ScimStepPage<A>, ConnectorError | StoreError, R> {
  const name = `reading ${current.number}`
  const page = yield* Effect.mapError(readPage(nextPage(current, count)), scimToConnectorError)
  const ofReading = yield* evidence.unseen(page.keys, [name])
  const after = afterPage(current, page, ofReading)
  const fresh = new Set(current.number === 1 ? ofReading : yield* evidence.unseen(page.keys))
  const next = after._tag === "More" ? { reading: after.reading } : after._tag === "NotWhole" ? after : undefined
  return {
    resources: page.resources.filter(({ id }) => id !== current.last),
    isNew: (id) => fresh.has(id),
    rejected: page.unreadableKeys.filter((key) => fresh.has(key)).length,
    page: {
      listed: [{ list: name, ids: page.keys }],
      announced: { read: page.startIndex - 1 + page.itemsPerPage, of: page.totalResults },
      ...(next === undefined ? {} : { next: encodeCursor(next) }),
    },
  }
})

/** What follows a reading that was not whole: nothing, another one, or the verdict. */
const judge = Effect.fnUntraced(function* <A, R>(
  list: ScimList<A, R>,
  { end, total }: { readonly end: ListReading; readonly total: number },
  evidence: Evidence,
): Effect.fn.Return<Pick<Page, "next" | "gaps" | "warnings">, ConnectorError | StoreError> {
  const others = yield* comparedWith(list, evidence)
  const hasOthers = others.listed > 0
  if (hasOthers && others.missing === 0) return {}
  if (end.number < mostReadings) return { next: encodeCursor({ reading: reading(end.number + 1) }) }
  const verdict = verdictOf(end, total, yield* evidence.count())
  if (verdict._tag === "Changing") return { warnings: [keepsChanging] }
  if (list.mustBeWhole && !hasOthers) return yield* notWhole(list, verdict)
  return { gaps: [gapOf(list, verdict)] }
})

const comparedWith = Effect.fnUntraced(function* <A, R>(
  { compared }: ScimList<A, R>,
  evidence: Evidence,
): Effect.fn.Return<Comparison, StoreError> {
  if (compared === undefined) return nothing
  const unread = yield* evidence.compare(compared.step, compared.unread)
  return unread.listed > 0 ? nothing : yield* evidence.compare(compared.step, compared.lists)
})

const nothing: Comparison = { listed: 0, missing: 0 }

type Named = Pick<ScimList<never, never>, "type" | "noun">

const figures = ({ noun }: Named, { announced, read }: ListVerdict): string =>
  `${announced} ${noun} announced, ${read} could be read`

const gapOf = (list: Named, verdict: ListVerdict): Gap => ({
  resourceType: list.type.id,
  missing: `SCIM ${list.noun} (${figures(list, verdict)})`,
  reason: "short",
  explanation: `SCIM announced more ${list.noun} than ${mostReadings} readings of its list showed. Sync again; if it stays so, ask Slack why.`,
})

const notWhole = (list: Named, verdict: ListVerdict) =>
  new Failed({
    reason: { _tag: "NotWhole" },
    message: `SCIM's list of ${list.noun} is short after ${mostReadings} readings: ${figures(list, verdict)}.`,
    hint: "Wait until fewer changes are being made; if SCIM always announces too many, --allow-short-lists (BATON_ALLOW_SHORT_LISTS=true) accepts the list and names a gap.",
  })

const keepsChanging: Warning = {
  code: "scim-list-changes",
  message: `A SCIM list changed while it was read, ${mostReadings} times in a row; somebody who joined or left just then may be missing`,
}

const foreignCursor = new Failed({
  reason: { _tag: "CursorExpired" },
  message: "The cursor is not one of a SCIM list.",
  hint: "The step starts again by itself.",
})
