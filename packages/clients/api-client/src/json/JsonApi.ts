// The JSON API of the system that a connector is for: its steps and changes call it, and fail as the engine understands.
import type { ConnectorError, Page, Records } from "@rollcall/connector"
import { Resilience } from "@rollcall/resilience"
import { Context, Effect, Layer, Schema } from "effect"
import type { ApiError } from "./ApiError.ts"
import { type JsonClient, type JsonClientOptions, makeJsonClient } from "./JsonClient.ts"
import type { JsonPath, JsonQuery } from "./paths.ts"
import { toConnectorError } from "./toConnectorError.ts"

/** The client that `jsonApi` calls. A connector of several APIs makes services of its own from `makeJsonClient`. */
export class JsonApi extends Context.Service<JsonApi, JsonClient>()("@rollcall/api-client/JsonApi") {
  /** A client with limits of its own, which no other client in the process spends. */
  static readonly layer = (options: JsonClientOptions): Layer.Layer<JsonApi> =>
    Layer.effect(JsonApi, makeJsonClient(options)).pipe(Layer.provide(Layer.fresh(Resilience.layer)))
}

const call = <A>(ask: (api: JsonClient) => Effect.Effect<A, ApiError>): Effect.Effect<A, ConnectorError, JsonApi> =>
  Effect.mapError(JsonApi.use(ask), toConnectorError)

const together = (all: ReadonlyArray<Records>): Records => ({
  resources: all.flatMap(({ resources = [] }) => resources),
  entitlements: all.flatMap(({ entitlements = [] }) => entitlements),
  grants: all.flatMap(({ grants = [] }) => grants),
  aliases: all.flatMap(({ aliases = [] }) => aliases),
})

/** The calls of a `JsonClient`, of the one that is provided as `JsonApi`. */
export const jsonApi = {
  get: <S extends Schema.ConstraintDecoder<unknown>>(path: JsonPath, schema: S, query?: JsonQuery) =>
    call((api) => api.get(path, schema, query)),
  /** All records of a list whose replies name the next page in the header `Link`. */
  all: <S extends Schema.ConstraintDecoder<unknown>>(path: JsonPath, record: S, query?: JsonQuery) =>
    call((api) => api.all(path, record, query)),
  /** A page of such a list, as the page of a step; what its cursor holds is the path of the next page. */
  page: <S extends Schema.ConstraintDecoder<unknown>>(
    path: JsonPath,
    record: S,
    toRecords: (found: ReadonlyArray<S["Type"]>) => Records,
  ): Effect.Effect<Page, ConnectorError, JsonApi> =>
    Effect.map(
      call((api) => api.page(path, Schema.Array(record))),
      ({ body, next }) => ({ ...toRecords(body), next }),
    ),
  /** The page function of a step over such a list: what each of its records gives. */
  list:
    <S extends Schema.ConstraintDecoder<unknown>>(
      path: JsonPath,
      record: S,
      toRecords: (found: S["Type"]) => Records,
    ) =>
    ({ cursor }: { readonly cursor?: string }): Effect.Effect<Page, ConnectorError, JsonApi> =>
      jsonApi.page(cursor ?? path, record, (found) => together(found.map((it) => toRecords(it)))),
  post: <S extends Schema.ConstraintDecoder<unknown>>(path: JsonPath, body: unknown, schema: S) =>
    call((api) => api.post(path, body, schema)),
  /** Its reply is not read, as that of `patch`. */
  put: (path: JsonPath, body: unknown = {}) => Effect.asVoid(call((api) => api.put(path, body))),
  patch: (path: JsonPath, body: unknown) => Effect.asVoid(call((api) => api.patch(path, body))),
  delete: (path: JsonPath, query?: JsonQuery) => call((api) => api.delete(path, query)),
}
