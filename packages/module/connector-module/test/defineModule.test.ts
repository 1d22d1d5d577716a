import { assert, describe, it } from "@effect/vitest"
import type { Connector } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import { Context, Effect, Layer } from "effect"
import { contractVersion, defineModule, diagnoseIdentity, implement, moduleProblem } from "../src/index.ts"

const fields = [
  { name: "api-key", type: "secret", description: "The key." },
  { name: "base-url", type: "url", description: "The host.", default: "https://shop.example/" },
] as const

const shop: Connector = {
  id: "shop",
  displayName: "Shop",
  resourceTypes: [],
  steps: [],
  identify: Effect.succeed({ id: "S1", displayName: "Corner shop" }),
}

const implementation = implement<{ readonly "base-url": string }>({ connector: () => shop, layer: () => Layer.empty })
const declared = {
  contract: contractVersion,
  id: "shop",
  displayName: "Shop",
  fields,
  selectedBy: "api-key",
  load: async () => implementation,
}

/** A client whose number tells when it was made. */
class Client extends Context.Service<Client, { readonly number: number }>()("test/Client") {}

describe("a module", () => {
  it.effect("makes clients for each connector that is opened, also if the program has some from the same layer", () => {
    let made = 0
    const shared = Layer.sync(Client, () => ({ number: ++made }))
    const identify = Client.use(({ number }) => Effect.succeed({ id: `S${number}`, displayName: "Shop" }))
    const { open } = implement({ connector: () => ({ ...shop, identify }), layer: () => shared })
    const options = { fetch: async () => new Response() }
    return Effect.gen(function* () {
      const [first, second] = [yield* open({}, options), yield* open({}, options)]
      const outside = yield* Client
      assert.deepStrictEqual(
        [`S${outside.number}`, (yield* first.identify).id, (yield* second.identify).id],
        ["S1", "S2", "S3"],
      )
    }).pipe(Effect.scoped, Effect.provide(shared))
  })

  it("keeps what it declares", () => {
    const module = defineModule(declared)
    assert.deepStrictEqual([module.id, module.fields.map(({ name }) => name)], ["shop", ["api-key", "base-url"]])
  })

  it("with a prefix gives its settings variables that begin with it", () => {
    const { fields: prefixed } = defineModule({ ...declared, variablePrefix: "SHOP_" })
    assert.deepStrictEqual(
      prefixed.map(({ variable }) => variable),
      ["SHOP_API_KEY", "SHOP_BASE_URL"],
    )
  })

  it("is selected by its first secret, unless it names another setting", () => {
    const { selectedBy: _, ...rest } = declared
    assert.strictEqual(defineModule(rest).selectedBy, "api-key")
    assert.strictEqual(defineModule({ ...rest, selectedBy: "base-url" }).selectedBy, "base-url")
    const { fields: allFields } = declared
    const open = defineModule({ ...rest, fields: allFields.slice(1) })
    assert.match(moduleProblem(open) ?? "", /no secret among its settings/)
  })

  const broken: ReadonlyArray<readonly [title: string, value: unknown, problem: RegExp]> = [
    ["that is nothing", undefined, /does not export a module/],
    ["without a contract", { ...declared, contract: undefined }, /does not say which contract/],
    ["of another contract", { ...declared, contract: contractVersion + 1 }, /was written for contract \d+/],
    ["without a name", { ...declared, displayName: "" }, /not declared as a module must be/],
    ["whose id is no id", { ...declared, id: "My Shop" }, /not declared as a module must be/],
    ["whose field has no description", { ...declared, fields: [{ name: "api-key", type: "text" }] }, /not declared/],
    ["that declares a setting twice", { ...declared, fields: [...fields, fields[0]] }, /api-key twice/],
    ["that is selected by what it has not", { ...declared, selectedBy: "token" }, /selected by token/],
    ["that cannot be loaded", { ...declared, load: "later" }, /no function `load`/],
    ["whose prefix is no prefix", { ...declared, variablePrefix: "shop" }, /not declared/],
    ["whose secrets have no form", { ...declared, secretForms: [/shop_/u] }, /secretForms/],
  ]
  it.for(broken)("%s is refused with what is wrong", ([, value, problem]) => {
    assert.match(moduleProblem(value) ?? "", problem)
  })
})

describe("an implementation", () => {
  it.effect("opens its connector with the clients in place, and diagnoses whose data the credential opens", () =>
    Effect.gen(function* () {
      const options = { fetch: () => Promise.reject(new Error("nothing is sent")) }
      const connector = yield* implementation.open({ "base-url": "https://shop.example/" }, options)
      assert.strictEqual((yield* connector.identify).displayName, "Corner shop")
      const { findings, tenant } = yield* implementation.diagnose({ "base-url": "https://shop.example/" }, options)
      assert.deepStrictEqual([findings[0]?.state, tenant?.id], ["ok", "S1"])
    }),
  )

  it.effect("tells a credential that opens nothing as a finding that failed", () =>
    Effect.gen(function* () {
      const refused = new ConnectorError({
        reason: { _tag: "CredentialRejected" },
        message: "The key is wrong.",
        hint: "Set another.",
      })
      const { findings, tenant } = yield* diagnoseIdentity({ ...shop, identify: Effect.fail(refused) })
      assert.deepStrictEqual(
        [findings[0]?.state, findings[0]?.found, tenant],
        ["failed", "The key is wrong.", undefined],
      )
    }),
  )
})
