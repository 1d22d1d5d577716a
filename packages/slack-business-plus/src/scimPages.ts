// Pages of a SCIM list for a step that knows nothing but its cursor. SCIM pages by position: where somebody joins or
// leaves between two pages, records shift, and one may be passed over. So the total is compared at the end, and a list
// that has changed is read once more; what was read before is the same by id.
// Source: https://docs.slack.dev/reference/scim-api
import type { ConnectorError, Warning } from "@rollcall/connector"
import { ConnectorError as Failed } from "@rollcall/connector"
import type { ScimError, ScimPage, ScimPageRequest } from "@rollcall/scim-client"
import { Effect } from "effect"
import { scimToConnectorError } from "./scimToConnectorError.ts"

/** A list that changes under every reading is taken as it is. */
const mostReadings = 3

interface ScimCursor {
  /** From 1. */
  readonly reading: number
  /** From 1, as SCIM counts. */
  readonly startIndex: number
  /** The total that the reading began with; absent before its first page. */
  readonly total?: number
}

/** What a page holds, and what follows from it. */
export interface ScimStepPage<A> {
  readonly resources: ReadonlyArray<A>
  /** Resources, and members of groups, that could not be read and were left out. */
  readonly rejected: number
  readonly next?: string
  readonly warnings: ReadonlyArray<Warning>
}

/** The page of a list that `cursor` names, or the first. */
export const scimPage = <A, R>(
  readPage: (request: ScimPageRequest) => Effect.Effect<ScimPage<A>, ScimError, R>,
  count: number,
  cursor: string | undefined,
): Effect.Effect<ScimStepPage<A>, ConnectorError, R> => {
  const from = parse(cursor ?? "1:1:")
  if (from === undefined) return Effect.fail(foreignCursor)
  return readPage({ startIndex: from.startIndex, count }).pipe(
    Effect.mapError(scimToConnectorError),
    Effect.map((page) => ({
      resources: page.resources,
      rejected: page.rejected + page.rejectedMembers,
      ...after(from, page),
    })),
  )
}

const after = <A>({ reading, startIndex, total: begunWith }: ScimCursor, page: ScimPage<A>) => {
  const total = begunWith ?? page.totalResults
  const following = startIndex + page.itemsPerPage
  if (page.itemsPerPage > 0 && following <= page.totalResults) {
    return { next: `${reading}:${following}:${total}`, warnings: [] }
  }
  const isWhole = page.totalResults === total && following > total
  if (isWhole) return { warnings: [] }
  return reading < mostReadings ? { next: `${reading + 1}:1:`, warnings: [] } : { warnings: [keepsChanging] }
}

const parse = (text: string): ScimCursor | undefined => {
  const parts = /^(?<reading>[1-9]\d*):(?<startIndex>[1-9]\d*):(?<total>\d*)$/u.exec(text)?.groups
  if (parts === undefined) return undefined
  const { reading, startIndex, total } = parts
  return {
    reading: Number(reading),
    startIndex: Number(startIndex),
    ...(total === "" ? {} : { total: Number(total) }),
  }
}

const keepsChanging: Warning = {
  code: "scim-list-changes",
  message: `A SCIM list changed while it was read, ${mostReadings} times in a row; somebody who joined or left just then may be missing`,
}

const foreignCursor = new Failed({
  reason: "CursorExpired",
  message: "The cursor is none of a SCIM list.",
  hint: "The step begins anew by itself.",
})
