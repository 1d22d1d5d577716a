// A collection over a caller: requests out, decoded answers in.
import type { ListInReply } from "@rollcall/api-client"
import { Count, Id, listDecoder, wrongShape } from "@rollcall/api-client"
import { Effect, Hash, Schema } from "effect"
import type { ScimDialect, ScimEndpoint } from "../dialect/ScimDialect.ts"
import type { ScimError, ScimReason, ScimVerb } from "../ScimError.ts"
import type { ScimCollection, ScimPage, ScimPageRequest } from "../ScimCollection.ts"
import { listAll } from "./listAll.ts"
import type { ScimCaller, ScimRequest } from "./scimCaller.ts"

/** What is particular to users or groups. */
interface ResourceKind<A, S extends Schema.ConstraintDecoder<unknown>, Input, Change> {
  readonly endpoint: ScimEndpoint
  readonly record: S
  readonly of: (record: S["Type"]) => A
  readonly unreadableMembers: (resource: A) => number
  readonly body: (input: Input) => object
  readonly patchBody: (changes: ReadonlyArray<Change>) => object
  /** The other resources that a change names. */
  readonly namedBy: (change: Change) => ReadonlyArray<string>
}

const ListBody = Schema.Struct({
  /** Read in pieces, so that it is empty here. */
  Resources: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Unknown))),
  // The whole list is judged by it, so it is not guessed from an empty text or a fraction.
  totalResults: Schema.Union([
    Schema.Finite.check(Schema.isInt(), Schema.isGreaterThanOrEqualTo(0)),
    Schema.String.check(Schema.isPattern(/^\d{1,15}$/u)).pipe(Schema.decodeTo(Schema.FiniteFromString)),
  ]),
  startIndex: Count,
})
const decodeListBody = Schema.decodeUnknownEffect(ListBody)

const hasId = Schema.is(Schema.Struct({ id: Id }))

/** What sets a record of a page apart: its id, or a fingerprint of what one without an id holds. */
interface RecordKey {
  readonly key: string
  readonly isId: boolean
}

const keyOf = (record: unknown): RecordKey =>
  hasId(record) ? { key: record.id, isId: true } : { key: `#${Hash.string(JSON.stringify(record))}`, isId: false }

/** The keys of a page; those of records that hold the same are numbered. */
const keysOf = (records: ReadonlyArray<RecordKey>): ReadonlyArray<string> => {
  const times = new Map<string, number>()
  return records.map(({ key, isId }) => {
    if (isId) return key
    const time = (times.get(key) ?? 0) + 1
    times.set(key, time)
    return `${key}:${time}`
  })
}

/** What some records of a page are read as. */
interface PieceOfPage<A> {
  readonly resources: ReadonlyArray<A>
  readonly rejected: number
  readonly problem: string | undefined
  readonly keys: ReadonlyArray<RecordKey>
}

/** An id that leads elsewhere than to one resource (`Users/` is all of them, and so is `Users/.` to a URL), or names none. */
const isMalformedId = (id: string): boolean => id.trim() === "" || id === "." || id === ".."

export const collectionOver = <
  A extends { readonly id: string },
  S extends Schema.ConstraintDecoder<unknown>,
  Input,
  Change,
>(
  { call, fail }: ScimCaller,
  dialect: ScimDialect,
  kind: ResourceKind<A, S, Input, Change>,
): ScimCollection<A, Input, Change> => {
  const { endpoint } = kind
  const decodeOne = Schema.decodeUnknownEffect(kind.record)
  const decodeAll = listDecoder(kind.record)
  const inPieces: ListInReply<PieceOfPage<A>> = {
    name: "Resources",
    decode: (entries) => {
      const { records, rejected, problem } = decodeAll(entries)
      return { resources: records.map(kind.of), rejected, problem, keys: entries.map(keyOf) }
    },
  }

  const resourceOf = (json: unknown): Effect.Effect<A, ScimReason> =>
    decodeOne(json).pipe(
      Effect.map(kind.of),
      Effect.mapError(({ message }) => wrongShape(message)),
    )

  const one = (verb: ScimVerb, id: string, what: "get" | "change" | "delete", body?: object) => {
    const request: ScimRequest = {
      verb,
      kind: `${endpoint} ${what}`,
      path: `${endpoint}/${encodeURIComponent(id)}`,
      body,
    }
    return isMalformedId(id) ? Effect.fail(fail(request, { reason: { _tag: "MalformedId" } })) : Effect.succeed(request)
  }

  const change = Effect.fnUntraced(function* (verb: ScimVerb, id: string, body: object) {
    const request = yield* one(verb, id, "change", body)
    return yield* call(request, (json) => (json === undefined ? Effect.succeed(undefined) : resourceOf(json)))
  })

  const page = Effect.fnUntraced(function* ({ startIndex, count, filter }: ScimPageRequest) {
    const request: ScimRequest = {
      verb: "GET",
      kind: `${endpoint} list`,
      path: endpoint,
      query: {
        startIndex: String(startIndex),
        count: String(Math.min(count, dialect.largestPage)),
        filter,
      },
    }
    const empty: ScimPage<A> = {
      resources: [],
      rejected: 0,
      rejectedMembers: 0,
      keys: [],
      unreadableKeys: [],
      totalResults: 0,
      startIndex,
      itemsPerPage: 0,
    }
    const missed = (error: ScimError) =>
      filter !== undefined && dialect.noMatchIsNotFound && error.reason._tag === "NotFound"
    const decode = Effect.fnUntraced(function* (json: unknown, pieces: ReadonlyArray<PieceOfPage<A>>) {
      const body = yield* Effect.mapError(decodeListBody(json), ({ message }) => wrongShape(message))
      const keys = keysOf(pieces.flatMap((piece) => piece.keys))
      if (keys.length > 0 && body.startIndex !== startIndex) {
        yield* Effect.logWarning("A SCIM page does not say that it begins where it was asked for.").pipe(
          Effect.annotateLogs({ list: endpoint, asked: startIndex, answered: body.startIndex ?? "nothing" }),
        )
      }
      const resources = pieces.flatMap((piece) => piece.resources)
      const rejected = pieces.reduce((sum, piece) => sum + piece.rejected, 0)
      const problem = pieces.find((piece) => piece.problem !== undefined)?.problem
      // The one record of a later page is that which links it to the page before.
      const isLinkAlone = startIndex > 1 && rejected === 1
      if (resources.length === 0 && problem !== undefined && !isLinkAlone) {
        return yield* Effect.fail(wrongShape(`of ${rejected} records none can be read: ${problem}`))
      }
      const readable = new Set(resources.map(({ id }) => id))
      return {
        resources,
        rejected,
        rejectedMembers: resources.reduce((sum, resource) => sum + kind.unreadableMembers(resource), 0),
        keys,
        unreadableKeys: keys.filter((key) => !readable.has(key)),
        totalResults: body.totalResults,
        startIndex: body.startIndex ?? startIndex,
        itemsPerPage: resources.length + rejected,
      }
    })
    return yield* Effect.catchIf(call(request, decode, inPieces), missed, () => Effect.succeed(empty))
  })

  return {
    page,
    list: (options = {}) =>
      listAll(page, {
        filter: options.filter,
        count: options.count ?? dialect.largestPage,
        concurrency: options.concurrency ?? dialect.parallelPages,
        short: ({ announced, read }) =>
          fail({ verb: "GET", path: endpoint }, { reason: { _tag: "ShortList", announced, read } }),
      }),
    get: Effect.fnUntraced(function* (id) {
      const request = yield* one("GET", id, "get")
      return yield* call(request, resourceOf)
    }),
    create: Effect.fnUntraced(function* (input) {
      const request: ScimRequest = {
        verb: "POST",
        kind: `${endpoint} create`,
        path: endpoint,
        body: kind.body(input),
      }
      return yield* call(request, resourceOf)
    }),
    replace: (id, input) => change("PUT", id, kind.body(input)),
    patch: (id, changes) =>
      changes.some((it) => kind.namedBy(it).some(isMalformedId))
        ? Effect.fail(
            fail({ verb: "PATCH", path: `${endpoint}/${encodeURIComponent(id)}` }, { reason: { _tag: "MalformedId" } }),
          )
        : change("PATCH", id, kind.patchBody(changes)),
    delete: (id) => Effect.flatMap(one("DELETE", id, "delete"), (request) => call(request, () => Effect.void)),
  }
}
