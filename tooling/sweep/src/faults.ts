// The faults of the sweep, as data: each turns the true reply of one call into another one. A fault knows the shape of the
// list that it changes and nothing else of Slack.

/** A reply as the fault sees it: the status and the text of the body. */
export interface Reply {
  readonly status: number
  readonly text: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A JSON object of which only the outside is known. */
export type Json = Readonly<Record<string, unknown>>

/** What a fault needs to know of the call whose reply it changes. */
export interface Call {
  readonly method: string
  /** The member of the body that holds the list. */
  readonly list: string
  /** The reply to the call of this method before, as it was sent to the client. */
  readonly before: Json | undefined
}

/** One way of being wrong. */
export interface FaultKind {
  readonly id: string
  /** Which calls it can happen to; default: all. */
  readonly of?: "list" | "paged list" | "scim" | "scim list" | "web" | "usergroups.list"
  /**
   * In the Web API only from the first call on: Slack's cursor proves nothing, so a later page, or the list of another
   * workspace, that loses its records looks like one that never had them.
   */
  readonly wholeListOnly?: boolean
  /** The reply in place of the true one; `cut` breaks the connection before the first byte, `silence` never answers. */
  readonly reply: (reply: Reply, call: Call) => Reply | "cut" | "silence"
}

const isJson = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value)

/** The body as JSON; an empty object where it is none. */
export const bodyOf = ({ text }: Reply): Json => {
  try {
    const value: unknown = JSON.parse(text)
    return isJson(value) ? value : {}
  } catch {
    return {}
  }
}

const recordsOf = (body: Json, list: string): ReadonlyArray<unknown> => {
  const records = body[list]
  return Array.isArray(records) ? records : []
}

const changed =
  (change: (body: Json, call: Call) => Json): FaultKind["reply"] =>
  (reply, call) => ({ ...reply, text: JSON.stringify(change(bodyOf(reply), call)) })

const changedList = (change: (records: ReadonlyArray<unknown>, call: Call) => ReadonlyArray<unknown>) =>
  changed((body, call) => ({ ...body, [call.list]: change(recordsOf(body, call.list), call) }))

const changedRecord = (change: (record: Json) => unknown) =>
  changedList((records) => records.map((record, index) => (index === 1 && isJson(record) ? change(record) : record)))

const without = (object: Json, member: string): Json =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== member))

const status = (code: number, text = "", headers: Reply["headers"] = {}): FaultKind => ({
  id: `status ${code}${text === "" ? " without a body" : ` ${text.slice(0, 24)}`}`,
  reply: () => ({ status: code, text, headers }),
})

const html = "<!DOCTYPE html><title>Gateway</title>"
const refusal = (error: string, http = 200): FaultKind => ({
  id: `refusal ${error}${http === 200 ? "" : ` with status ${http}`}`,
  of: "web",
  reply: () => ({ status: http, text: JSON.stringify({ ok: false, error }) }),
})
const scimRefusal = (http: number, description: string): FaultKind => ({
  id: `refusal ${http} ${description}`,
  of: "scim",
  reply: () => ({ status: http, text: JSON.stringify({ Errors: { description, code: http } }) }),
})
const total = (id: string, change: (total: number) => unknown): FaultKind => ({
  id,
  of: "scim list",
  reply: changed((body) => ({ ...body, totalResults: change(Number(body["totalResults"])) })),
})

/** Lists that say less, or something else, than there is. */
export const listFaults: ReadonlyArray<FaultKind> = [
  { id: "empty list", of: "list", wholeListOnly: true, reply: changedList(() => []) },
  { id: "list of nothing readable", of: "list", reply: changedList((records) => records.map(() => ({ odd: true }))) },
  { id: "list is null", of: "list", reply: changed((body, { list }) => ({ ...body, [list]: null })) },
  {
    id: "list is missing",
    of: "list",
    reply: changed((body, { list }) => without(body, list)),
  },
  { id: "list is an object", of: "list", reply: changed((body, { list }) => ({ ...body, [list]: { a: 1 } })) },
  { id: "first record missing", of: "scim list", reply: changedList((records) => records.slice(1)) },
  { id: "last record missing", of: "scim list", reply: changedList((records) => records.slice(0, -1)) },
  {
    id: "every second record missing",
    of: "scim list",
    reply: changedList((records) => records.filter((_, n) => n % 2 === 0)),
  },
  {
    id: "one record in place of the next",
    of: "scim list",
    reply: changedList((records) => records.map((record, n) => (n === 1 ? records[0] : record))),
  },
  {
    id: "page before once more",
    of: "paged list",
    reply: changed((body, { list, before }) => (before === undefined ? body : { ...body, [list]: before[list] })),
  },
  { id: "list in reverse", of: "list", reply: changedList((records) => records.toReversed()) },
  { id: "one record twice", of: "list", reply: changedList((records) => [...records, ...records.slice(0, 1)]) },
  { id: "one record without an id", of: "list", reply: changedRecord((record) => without(record, "id")) },
  { id: "one record with an id of another type", of: "list", reply: changedRecord((record) => ({ ...record, id: 7 })) },
  { id: "one record is null", of: "list", reply: changedRecord(() => null) },
  {
    id: "cursor of this page again",
    of: "web",
    reply: changed((body) =>
      isJson(body["response_metadata"]) ? { ...body, response_metadata: { next_cursor: "dXNlcjo6MQ==" } } : body,
    ),
  },
  total("total too large", (it) => it + 15),
  // Less than the first page shows: a total that happens to be right for the pages before cannot be told from a true one.
  total("total too small", () => 1),
  total("total zero", () => 0),
  total("total as text", String),
  total("total missing", () => undefined),
  total("total negative", () => -1),
  {
    id: "start index missing",
    of: "scim list",
    reply: changed((body) => without(body, "startIndex")),
  },
  { id: "start index of another page", of: "scim list", reply: changed((body) => ({ ...body, startIndex: 4711 })) },
  { id: "items per page wrong", of: "scim list", reply: changed((body) => ({ ...body, itemsPerPage: 1 })) },
  { id: "groups without members", of: "usergroups.list", reply: changedRecord((record) => without(record, "users")) },
  {
    id: "group with a count and no members",
    of: "usergroups.list",
    reply: changedRecord((record) => ({ ...record, users: [], user_count: 3 })),
  },
  {
    id: "group with a count that differs",
    of: "usergroups.list",
    reply: changedRecord((record) => ({ ...record, user_count: "9999" })),
  },
]

/** Replies that are none of Slack's, or refusals. */
export const replyFaults: ReadonlyArray<FaultKind> = [
  status(200),
  status(200, html),
  status(200, "[]"),
  status(200, "{}"),
  status(200, "null"),
  status(200, '{"ok":true}'),
  status(200, '{"ok":false}'),
  status(204),
  status(302, "", { location: "https://login.invalid/" }),
  status(400, "{}"),
  status(403, html),
  status(403, "{}"),
  status(404, html),
  status(404, "{}"),
  status(407, html),
  status(409, "{}"),
  status(429, "{}", { "retry-after": "5" }),
  status(500, html),
  status(502, html),
  status(503),
  status(504, html),
  { id: "half of the JSON", reply: (reply) => ({ ...reply, text: reply.text.slice(0, reply.text.length / 2) }) },
  { id: "connection cut", reply: () => "cut" },
  { id: "no answer", reply: () => "silence" },
  refusal("a_code_nobody_knows"),
  refusal("enterprise_is_restricted"),
  refusal("fatal_error"),
  refusal("internal_error", 500),
  refusal("invalid_auth"),
  refusal("invalid_auth", 401),
  refusal("invalid_cursor"),
  refusal("limit_required"),
  refusal("missing_scope"),
  refusal("missing_scope", 403),
  refusal("no_permission"),
  refusal("not_allowed_token_type"),
  refusal("plan_upgrade_required"),
  refusal("ratelimited"),
  refusal("ratelimited", 429),
  refusal("team_access_not_granted"),
  refusal("token_revoked"),
  scimRefusal(401, "invalid_authentication"),
  scimRefusal(403, "a_code_nobody_knows"),
  scimRefusal(403, "plus_teams_only"),
  scimRefusal(404, "no_such_thing"),
  scimRefusal(500, "internal_error"),
]

/** Whether a fault can happen to a call of this method, whose reply has a list or not. */
export const happensTo = (
  { of = "any" }: Pick<FaultKind, "of"> | { readonly of?: "any" },
  method: string,
  list: string | undefined,
): boolean => {
  const isScim = method.startsWith("scim.")
  switch (of) {
    case "any":
      return true
    case "list":
      return list !== undefined
    case "paged list":
      return list !== undefined && method !== "usergroups.list"
    case "scim":
      return isScim
    case "scim list":
      return isScim && list !== undefined
    case "web":
      return !isScim
    default:
      return of === method
  }
}
