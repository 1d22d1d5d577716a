import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Stream } from "effect"
import { genericDialect, ScimClient, type ScimClientOptions, scimFilter, type ScimListOptions } from "../src/index.ts"
import { clientLayer, type ScriptedReply, scimServer, type SeenRequest } from "./scimServer.ts"

const argument = (request: SeenRequest, name: string) =>
  new URL(request.line.replace("GET ", ""), "http://here").searchParams.get(name)

const listBody = (resources: ReadonlyArray<unknown>, totalResults = resources.length, startIndex = 1) => ({
  schemas: ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
  totalResults,
  itemsPerPage: resources.length,
  startIndex,
  Resources: resources,
})

/** The page that a server with these users answers with; `most` is how many it puts on one. */
const pageOf = (ids: ReadonlyArray<string>, request: SeenRequest, most = 1000): ScriptedReply => {
  const startIndex = Number(argument(request, "startIndex"))
  const count = Math.min(Number(argument(request, "count")), most)
  const resources = ids.slice(startIndex - 1, startIndex - 1 + count).map((id) => ({ id }))
  return { body: listBody(resources, ids.length, startIndex) }
}

const people = (count: number) => Array.from({ length: count }, (_, index) => `U${index + 1}`)

const listing = (
  script: ReadonlyArray<ScriptedReply> | ((request: SeenRequest, index: number) => ScriptedReply),
  list: ScimListOptions = {},
  options: Partial<ScimClientOptions> = {},
) =>
  Effect.gen(function* () {
    const server = yield* scimServer(script)
    const result = yield* ScimClient.use(({ users }) => Stream.runCollect(users.list(list))).pipe(
      Effect.result,
      Effect.provide(clientLayer({ ...server, ...options })),
    )
    return {
      ids: result._tag === "Success" ? result.success.map(({ id }) => id) : [],
      error: result._tag === "Failure" ? result.failure : undefined,
      starts: server.requests.map((request) => Number(argument(request, "startIndex"))),
    }
  })

const page = (body: unknown, options: Partial<ScimClientOptions> = {}, filter?: string) =>
  Effect.gen(function* () {
    const server = yield* scimServer([{ body }])
    const request = { startIndex: 1, count: 100, filter }
    const result = yield* ScimClient.use(({ users, groups }) =>
      Effect.all({ users: Effect.result(users.page(request)), groups: Effect.result(groups.page(request)) }),
    ).pipe(Effect.provide(clientLayer({ ...server, ...options })))
    return { ...result, requests: server.requests }
  })

describe("a page", () => {
  it.live("is one call, with an index from 1 and a count that the server takes", () =>
    Effect.gen(function* () {
      const server = yield* scimServer([{ body: listBody([]) }])
      yield* ScimClient.use(({ users }) =>
        users.page({ startIndex: 5, count: 5000, filter: scimFilter.equals("userName", 'a"b') }),
      ).pipe(Effect.provide(clientLayer(server)))
      assert.deepStrictEqual(
        server.requests.map(({ line }) => line),
        ["GET /scim/v2/Users?startIndex=5&count=1000&filter=userName+eq+%22a%5C%22b%22"],
      )
    }),
  )

  it.live("leaves out and counts a record that cannot be read, and no other", () =>
    Effect.gen(function* () {
      const { users } = yield* page(
        listBody([{ id: "U1" }, { userName: "no id" }, "text", { id: "U4", active: "maybe" }]),
      )
      assert.isTrue(users._tag === "Success")
      if (users._tag !== "Success") return
      const keysOfUnreadable = users.success.keys.slice(1, 3)
      assert.isTrue(keysOfUnreadable.every((key) => /^#-?\d+:1$/u.test(key)))
      assert.lengthOf(new Set(keysOfUnreadable), 2)
      assert.deepStrictEqual(users.success, {
        resources: [{ id: "U1", emails: [], groups: [], roles: [] }],
        rejected: 3,
        rejectedMembers: 0,
        keys: ["U1", ...keysOfUnreadable, "U4"],
        unreadableKeys: [...keysOfUnreadable, "U4"],
        totalResults: 4,
        startIndex: 1,
        itemsPerPage: 4,
      })
    }),
  )

  it.live("leaves out and counts a member that cannot be read, and no other, nor its group", () =>
    Effect.gen(function* () {
      const { groups } = yield* page(
        listBody([
          { id: "S1", members: [{ value: "U1" }, { display: "no id" }, "text", { value: "U2", display: "" }] },
          { id: "S2", members: null },
          { id: "S3", members: [null] },
        ]),
      )
      assert.isTrue(groups._tag === "Success")
      if (groups._tag !== "Success") return
      assert.deepStrictEqual(groups.success.resources, [
        { id: "S1", members: [{ id: "U1" }, { id: "U2" }], unreadableMembers: 2 },
        { id: "S2", members: [], unreadableMembers: 0, membersOmitted: true },
        { id: "S3", members: [], unreadableMembers: 1 },
      ])
      assert.deepInclude(groups.success, { rejected: 0, rejectedMembers: 3 })
    }),
  )

  it.live("of which no record can be read is an error, not an empty list", () =>
    Effect.gen(function* () {
      const { users } = yield* page(listBody([{ userName: "private words" }, {}]))
      assert.isTrue(users._tag === "Failure")
      if (users._tag !== "Failure") return
      assert.deepInclude(users.failure.reason, { _tag: "UnexpectedReply", problem: "shape" })
      assert.include(users.failure.message, "of 2 records none can be read")
      assert.notInclude(users.failure.message, "private words")
    }),
  )

  it.live.each<readonly [string, unknown]>([
    ["without resources", { totalResults: 0 }],
    ["whose resources are null", { totalResults: 0, Resources: null }],
    ["whose numbers are texts", { totalResults: "0", startIndex: "1", Resources: [] }],
  ])("%s is an empty one", ([, body]) =>
    Effect.gen(function* () {
      const { users } = yield* page(body)
      assert.isTrue(users._tag === "Success")
      if (users._tag === "Success") assert.deepInclude(users.success, { resources: [], totalResults: 0, startIndex: 1 })
    }),
  )

  it.live.each<readonly [string, unknown]>([
    ["that does not say how many there are", { Resources: [{ id: "U1" }] }],
    ["that says with an empty text how many there are", { totalResults: "", Resources: [{ id: "U1" }] }],
    ["that says that there are fewer than none", { totalResults: -1, Resources: [] }],
    ["that says that there is half a record", { totalResults: 0.5, Resources: [] }],
    ["whose resources are no list", { totalResults: 1, Resources: { id: "U1" } }],
    ["that is a list", [{ id: "U1" }]],
  ])("%s is not taken for one", ([, body]) =>
    Effect.gen(function* () {
      const { users } = yield* page(body)
      assert.strictEqual(users._tag === "Failure" ? users.failure.reason._tag : "", "UnexpectedReply")
    }),
  )

  const missing = { status: 404, body: { Errors: { description: "no_such_user", code: 404 } } }

  it.live("of a filter that nothing matches is empty, whether Slack says so with 200 or 404", () =>
    Effect.gen(function* () {
      const server = yield* scimServer([missing, { body: listBody([]) }])
      const find = ScimClient.use(({ users }) => users.page({ startIndex: 1, count: 1, filter: 'userName eq "x"' }))
      const [first, second] = yield* Effect.all([find, find]).pipe(Effect.provide(clientLayer(server)))
      assert.deepStrictEqual(first, second)
      assert.deepInclude(first, { resources: [], totalResults: 0 })
    }),
  )

  it.live("that is not there is an error without a filter, and on other servers", () =>
    Effect.gen(function* () {
      const server = yield* scimServer([missing])
      const ask = (filter?: string) => ScimClient.use(({ users }) => users.page({ startIndex: 1, count: 1, filter }))
      const plain = yield* Effect.flip(ask()).pipe(Effect.provide(clientLayer(server)))
      const elsewhere = yield* Effect.flip(ask("title pr")).pipe(
        Effect.provide(clientLayer({ ...server, dialect: genericDialect })),
      )
      assert.deepStrictEqual([plain.category, elsewhere.category], ["notFound", "notFound"])
    }),
  )
})

describe("a whole list", () => {
  it.live("is read page by page, side by side, each page one position early and each account once", () =>
    Effect.gen(function* () {
      const { ids, error, starts } = yield* listing((request) => pageOf(people(7), request), { count: 3 })
      assert.isUndefined(error)
      assert.deepStrictEqual(ids, people(7))
      assert.sameMembers(starts, [1, 3, 5])
    }),
  )

  it.live("continues one position early where a page ended that is shorter than asked for", () =>
    Effect.gen(function* () {
      const { ids, error, starts } = yield* listing((request) => pageOf(people(5), request, 2), { count: 100 })
      assert.isUndefined(error)
      assert.deepStrictEqual(ids, people(5))
      assert.sameMembers(starts, [1, 2, 3, 4])
    }),
  )

  it.live("is whole where later pages are shorter than the first, which no page asked ahead foresaw", () =>
    Effect.gen(function* () {
      const { ids, error } = yield* listing(
        (request) => pageOf(people(9), request, argument(request, "startIndex") === "1" ? 4 : 2),
        { count: 4 },
      )
      assert.isUndefined(error)
      assert.deepStrictEqual(ids, people(9))
    }),
  )

  it.live.each([1, 4])("is read again if someone came between two pages, %d side by side", (concurrency) =>
    Effect.gen(function* () {
      let calls = 0
      const { ids, error } = yield* listing(
        (request) => pageOf(calls++ === 0 ? people(4) : ["U0", ...people(4)], request),
        { count: 2, concurrency },
      )
      assert.isUndefined(error)
      assert.sameMembers([...ids], ["U0", ...people(4)])
    }),
  )

  it.live("is read again if someone left between two pages, so that nobody is passed over", () =>
    Effect.gen(function* () {
      let calls = 0
      const { ids, error } = yield* listing(
        (request) => pageOf(calls++ === 0 ? people(6) : people(6).slice(2), request),
        { count: 3, concurrency: 1 },
      )
      assert.isUndefined(error)
      assert.sameMembers([...ids], people(6))
    }),
  )

  it.live("is whole without a record that cannot be read", () =>
    Effect.gen(function* () {
      const { ids, error, starts } = yield* listing([{ body: listBody([{ id: "U1" }, { userName: "no id" }]) }])
      assert.isUndefined(error)
      assert.deepStrictEqual([ids, starts], [["U1"], [1]])
    }),
  )

  it.live("links its pages by a record that cannot be read as by any other", () =>
    Effect.gen(function* () {
      const records = [{ id: "U1" }, { userName: "no id" }, { id: "U3" }, { id: "U4", active: "maybe" }]
      const { ids, error, starts } = yield* listing(
        (request) => {
          const startIndex = Number(argument(request, "startIndex"))
          return { body: listBody(records.slice(startIndex - 1, startIndex + 1), records.length, startIndex) }
        },
        { count: 2, concurrency: 1 },
      )
      assert.isUndefined(error)
      assert.deepStrictEqual(
        [ids, starts],
        [
          ["U1", "U3"],
          [1, 2, 3],
        ],
      )
    }),
  )

  it.live("that somebody leaves under every reading is what all readings found, if they reach the last total", () =>
    Effect.gen(function* () {
      let calls = 0
      const { ids, error, starts } = yield* listing((request) => pageOf(people(30).slice(calls++), request), {
        count: 4,
        concurrency: 1,
      })
      assert.isUndefined(error)
      assert.lengthOf(
        starts.filter((start) => start === 1),
        3,
      )
      assert.deepStrictEqual(ids.toSorted(), people(30).toSorted())
    }),
  )

  it.live("whose pages do not say where they begin is judged by what they show, and that is logged", () =>
    Effect.gen(function* () {
      const accounts = people(5).map((id) => ({ id }))
      const logged: Array<unknown> = []
      const logger = Logger.make(({ message }) => void logged.push(message))
      const { ids, error } = yield* listing(
        (request) => {
          const asked = Number(argument(request, "startIndex"))
          return { body: { ...listBody(accounts.slice(asked - 1, asked + 2), 5), startIndex: undefined } }
        },
        { count: 3 },
      ).pipe(Effect.provide(Logger.layer([logger])))
      assert.isUndefined(error)
      assert.deepStrictEqual(ids, people(5))
      assert.include(String(logged), "does not say that it begins where it was asked for")
    }),
  )

  it.live("of a server that ignores the index comes to an end after three readings, and is short", () =>
    Effect.gen(function* () {
      const { error, starts } = yield* listing(() => ({ body: listBody([{ id: "U1" }, { id: "U2" }], 3) }), {
        count: 2,
        concurrency: 1,
      })
      assert.deepStrictEqual(error?.reason, { _tag: "ShortList", announced: 3, read: 2 })
      assert.deepStrictEqual(starts, [1, 2, 1, 2, 1, 2])
      assert.deepInclude(error, { category: "unavailable", isUncertain: false })
      assert.include(error?.message, "3 records announced, 2 could be read")
    }),
  )

  it.live("that begins empty though the server counts someone is no empty list", () =>
    Effect.gen(function* () {
      const { ids, error } = yield* listing([{ body: listBody([], 3) }])
      assert.deepStrictEqual(ids, [])
      assert.deepStrictEqual(error?.reason, { _tag: "ShortList", announced: 3, read: 0 })
    }),
  )

  it.live("gives all that could be read before it says that it is short", () =>
    Effect.gen(function* () {
      const server = yield* scimServer((request) => {
        const asked = Number(argument(request, "startIndex"))
        const accounts = people(5).map((id) => ({ id }))
        return { body: listBody(accounts.slice(asked - 1, asked + 2), 8, asked) }
      })
      const found: Array<string> = []
      const error = yield* ScimClient.use(({ users }) =>
        Stream.runForEach(users.list({ count: 3 }), ({ id }) => Effect.sync(() => found.push(id))),
      ).pipe(Effect.flip, Effect.provide(clientLayer(server)))
      assert.strictEqual(error.reason._tag, "ShortList")
      assert.deepStrictEqual(found, people(5))
    }),
  )

  it.live("can be left before its end, and no further page is asked for", () =>
    Effect.gen(function* () {
      const server = yield* scimServer((request) => pageOf(people(100), request))
      yield* ScimClient.use(({ users }) =>
        Stream.runCollect(Stream.take(users.list({ count: 5, concurrency: 1 }), 3)),
      ).pipe(Effect.provide(clientLayer(server)))
      assert.lengthOf(server.requests, 1)
    }),
  )

  it.live("can be read twice, each time from its beginning", () =>
    Effect.gen(function* () {
      const server = yield* scimServer((request) => pageOf(people(3), request))
      const counts = yield* ScimClient.use(({ users }) => {
        const all = users.list()
        return Effect.all([Stream.runCount(all), Stream.runCount(all)])
      }).pipe(Effect.provide(clientLayer(server)))
      assert.deepStrictEqual(counts, [3, 3])
    }),
  )
})
