import { type JsonPage, makeJsonClient, toConnectorError } from "@rollcall/api-client"
import { Resilience } from "@rollcall/resilience"
import { Console, Effect, Redacted, Schema } from "effect"

const Teams = Schema.Array(Schema.Struct({ slug: Schema.String, name: Schema.String }))
const Members = Schema.Struct({ members: Schema.Array(Schema.String) })

const forge = makeJsonClient({
  name: "Forge",
  baseUrl: process.env["FORGE_URL"] ?? "https://forge.example.com/api/v1",
  token: Redacted.make(process.env["FORGE_TOKEN"] ?? ""),
  // Calls a minute that the API allows, the narrowest limit first.
  budgets: [
    { name: "writes", verbs: ["POST", "PUT", "PATCH", "DELETE"], callsPerMinute: 60 },
    { name: "all", callsPerMinute: 600, burst: 20 },
  ],
  // What its statuses and its own codes mean; what is left out means what HTTP says.
  errors: {
    401: { reason: "CredentialRejected", hint: "Make a new token at https://forge.example.com/settings/tokens." },
    missing_scope: { reason: "Refused", by: "scope", missingScopes: ["teams:read"], hint: "Add the scope teams:read." },
  },
})

const program = Effect.gen(function* () {
  const api = yield* forge
  // The cursor of a list is the path of its next page, from the header `Link`.
  let next: string | undefined = "/teams"
  while (next !== undefined) {
    const page: JsonPage<typeof Teams.Type> = yield* api.page(next, Teams)
    for (const { slug, name } of page.body) {
      // An id is a segment of its own, so that no id leads elsewhere.
      const { members } = yield* api.get(["teams", slug], Members)
      yield* Console.log(`${name}: ${members.join(", ")}`)
    }
    next = page.next
  }
  yield* api.put(["teams", "red", "members", "cleo"], {})
})

// A connector fails with `ConnectorError`, which the engine knows what to make of.
await Effect.runPromise(
  program.pipe(
    Effect.mapError(toConnectorError),
    Effect.catch(({ reason, message, hint }) => Console.log(`${reason._tag}: ${message} ${hint}`)),
    Effect.provide(Resilience.layer),
  ),
)
