// Pages of a SCIM list. https://docs.slack.dev/reference/scim-api
import { refused, type ScimAnswer, type ScimCall } from "./ScimCall.ts"
import type { ScimErrorCode } from "./scimError.ts"
import { urns } from "./schemas.ts"

const defaultCount = 10
const largestCount = 1000

const wholeNumber = (text: string | null, otherwise: number, least: number): number =>
  text !== null && /^-?\d+$/.test(text) ? Math.max(least, Number(text)) : otherwise

/**
 * One page: `startIndex` is 1-based, `count` is ten unless told and a thousand at most. Odd values count as none. Offsets
 * are those of the moment, so that a list which changes between two pages shows an entry twice or not at all.
 */
export const listPage = (
  { version, query, spoiler, settings }: ScimCall,
  total: number,
  jsonAt: (position: number) => string,
  notFound: ScimErrorCode,
): ScimAnswer => {
  const sortOrder = query.get("sortOrder")
  if (sortOrder !== null && !/^(a|de)scending$/.test(sortOrder)) return refused("invalid_sort_order")
  if (total === 0 && query.has("filter") && settings.scimNoMatch === 404) return refused(notFound)
  const startIndex = wholeNumber(query.get("startIndex"), 1, 1)
  const count = Math.min(wholeNumber(query.get("count"), defaultCount, 0), largestCount, spoiler.records)
  const begin = spoiler.fromFirst === true ? 0 : startIndex - 1
  const end = Math.min(begin + count, total)
  const resources: Array<string> = []
  for (let position = begin; position < end; position++) resources.push(jsonAt(position))
  // Of a later page the record before it comes again, of the first page the first.
  if (spoiler.duplicate && total > 0) resources.push(jsonAt(Math.min(Math.max(0, startIndex - 2), total - 1)))
  resources.push(...spoiler.malformed)
  const head = `{"schemas":["${urns[version].list}"],"totalResults":${spoiler.total ?? total},"itemsPerPage":${resources.length}`
  return { ok: true, status: 200, body: `${head},"startIndex":${startIndex},"Resources":[${resources.join(",")}]}` }
}
