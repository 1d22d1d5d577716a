// Which of several syncs a reference means: an id or the unique beginning of one, `latest`, `previous`, or a date. The same for
// the syncs of a file and for those of an archive.
import { Effect } from "effect"
import { noSuchSync, UnknownName } from "./UnknownName.ts"

/** A sync as far as choosing it takes. Several come in the order in which they were published. */
export interface ChoosableSync {
  readonly id: string
  /** Only a `full` sync is chosen by date, or as `latest` or `previous` where there is one. */
  readonly type: string
  /** RFC 3339. */
  readonly startedAt?: string | undefined
  /** Absent while the sync is unfinished. */
  readonly endedAt?: string | undefined
}

/** Where several are listed in an error, so many are. */
const mostListed = 5

/**
 * The sync that a reference means. It fails with `UnknownName` where it means none, or several.
 * @param where What holds the syncs, as an error names it, such as the path of the file.
 */
export const chooseSync = <S extends ChoosableSync>(
  where: string,
  syncs: ReadonlyArray<S>,
  reference: string,
): Effect.Effect<S, UnknownName> => {
  const exact = syncs.find(({ id }) => id === reference)
  if (exact !== undefined) return Effect.succeed(exact)
  if (reference === "latest") return orNone(latestOf(syncs), `${where} holds no sync.`)
  if (reference === "previous") {
    const full = fullOf(syncs)
    return orNone(
      full.at(-2),
      `${where} holds ${full.length === 0 ? "no" : "one"} finished full sync, and so none before it.`,
    )
  }
  const until = endOfDate(reference)
  if (until !== undefined) {
    const found = fullOf(syncs)
      .filter(({ endedAt = "" }) => Date.parse(endedAt) < until)
      .reduce<S | undefined>(
        (last, sync) => (last === undefined || endOf(sync) >= endOf(last) ? sync : last),
        undefined,
      )
    return orNone(found, `${where} holds no finished full sync of ${reference} or before.`)
  }
  const [found, ...others] = reference === "" ? [] : syncs.filter(({ id }) => id.startsWith(reference))
  if (found === undefined) return Effect.fail(noSuchSync(where, reference, syncs))
  if (others.length === 0) return Effect.succeed(found)
  return Effect.fail(
    new UnknownName({
      message: `${where} holds ${others.length + 1} syncs whose ids begin with ${reference}: ${listed([found, ...others])}.`,
      hint: "Type more of the id.",
    }),
  )
}

/** What is to be said of a sync that was chosen by its date: which it is, and a warning where it is some days older. */
export const noteOnDate = (
  reference: string,
  { id, endedAt = "" }: ChoosableSync,
): { readonly text: string; readonly isWarning: boolean } | undefined => {
  const until = endOfDate(reference)
  if (until === undefined || id === reference) return undefined
  const age = until - 1 - Date.parse(endedAt)
  const days = Math.floor(age / dayMillis)
  // A day is over only when the next one begins.
  const isWarning = age > (isDay(reference) ? 3 * dayMillis - 1 : 2 * dayMillis)
  const text = `The sync ${id} of ${endedAt} is read, the last one at or before ${reference}`
  return { text: isWarning ? `${text}, and ${days} days older.` : `${text}.`, isWarning }
}

const dayMillis = 86_400_000

const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/u.test(text)

/** Finished full syncs. */
const fullOf = <S extends ChoosableSync>(syncs: ReadonlyArray<S>): ReadonlyArray<S> =>
  syncs.filter(({ type, endedAt }) => type === "full" && endedAt !== undefined)

// As a view that is given no reference: `chooseSync` of the file's reader.
const latestOf = <S extends ChoosableSync>(syncs: ReadonlyArray<S>): S | undefined =>
  fullOf(syncs).at(-1) ?? syncs.findLast(({ endedAt }) => endedAt !== undefined) ?? syncs.at(-1)

const endOf = ({ endedAt = "" }: ChoosableSync): number => Date.parse(endedAt)

/** The first millisecond after a day (UTC) or an instant that is written as RFC 3339; `undefined` for other text. */
const endOfDate = (text: string): number | undefined => {
  const day = isDay(text)
  if (!day && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/u.test(text)) return undefined
  const time = Date.parse(day ? `${text}T00:00:00Z` : text)
  // A day that no month has, such as the 30th of February, is taken by some readers for one of the next month.
  if (Number.isNaN(time) || (day && new Date(time).toISOString().slice(0, 10) !== text)) return undefined
  return day ? time + dayMillis : time + 1
}

/** Whether a reference is a date or an instant. */
export const isDate = (reference: string): boolean => endOfDate(reference) !== undefined

const listed = (syncs: ReadonlyArray<ChoosableSync>): string => {
  const shown = syncs.slice(0, mostListed).map(({ id }) => id)
  const rest = syncs.length - shown.length
  return `${shown.join(", ")}${rest === 0 ? "" : ` and ${rest} more`}`
}

const orNone = <S>(sync: S | undefined, message: string): Effect.Effect<S, UnknownName> =>
  sync === undefined
    ? Effect.fail(
        new UnknownName({ message, hint: "`rollcall syncs` and `rollcall history` list those that there are." }),
      )
    : Effect.succeed(sync)
