import { assert, describe, it } from "@effect/vitest"
import type { Connector } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import { Context, Effect, Layer } from "effect"
import {
  contractVersion,
  defineModule,
  diagnoseIdentity,
  implement,
  implementationProblem,
  moduleProblem,
} from "../src/index.ts"

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

describe("a module and its connector", () => {
  const ring = {
    name: "ring",
    displayName: "Ring",
    description: "Rings the bell",
    kind: "dynamic" as const,
    arguments: [{ name: "times", displayName: "Times", description: "How often", type: "text" as const }],
    returns: [],
  }
  const rings = { ...ring, isDone: () => Effect.succeed(false), run: () => Effect.void, result: () => ({}) }
  const of = (connector: Connector) => implement({ connector: () => connector, layer: () => Layer.empty })
  const cases: ReadonlyArray<readonly [title: string, module: object, loaded: unknown, problem: RegExp | undefined]> = [
    ["agree where both declare an action", { actions: [ring] }, of({ ...shop, actions: [rings] }), undefined],
    ["agree where the connector alone declares an action", {}, of({ ...shop, actions: [rings] }), undefined],
    ["agree where there is none", {}, of(shop), undefined],
    ["have one id", {}, of({ ...shop, id: "shopp" }), /has the id "shop", and its connector the id "shopp"/],
    [
      "have the actions that the module declares",
      { actions: [ring] },
      of(shop),
      /action ring, which its connector does not/,
    ],
    [
      "have no action that only one declares",
      { actions: [] },
      of({ ...shop, actions: [rings] }),
      /does not declare the action ring/,
    ],
    [
      "have the same arguments of an action",
      { actions: [{ ...ring, arguments: [] }] },
      of({ ...shop, actions: [rings] }),
      /does not declare the action ring as its connector does/,
    ],
    ["are what `implement` makes", {}, shop, /what `implement` makes/],
    ["are there", {}, undefined, /what `implement` makes/],
  ]
  for (const [title, module, loaded, problem] of cases) {
    it(`must ${title}`, () => {
      const found = implementationProblem({ ...declared, ...module }, loaded)
      if (problem === undefined) assert.isUndefined(found)
      else assert.match(found ?? "", problem)
    })
  }

  it("are refused in words where `connector` is not a function, or returns nothing", () => {
    for (const connector of [shop, () => undefined]) {
      const parts = { connector, layer: () => Layer.empty }
      // As in JavaScript.
      assert.throws(
        () => Reflect.apply(implement, undefined, [parts]),
        /must be a function that returns the connector/u,
      )
    }
  })
})

describe("a fault in the code of a connector", () => {
  const options = { fetch: async () => new Response() }
  const fault = (): never => {
    throw new TypeError("Cannot read properties of undefined (reading 'name').\n    at secret line")
  }
  const entitlement = { id: "shop:s1:key", resource: { resourceType: "shop", resource: "s1" }, slug: "key" }
  const person = { resourceType: "person", resource: "ada" }
  const request = { tenant: { id: "S1", displayName: "Shop" }, evidence: {} }
  const faulty: Connector = {
    ...shop,
    identify: Effect.sync(fault),
    steps: [
      { id: "throws", title: "throws", produces: [], scopes: [], page: fault },
      { id: "dies", title: "dies", produces: [], scopes: [], page: () => Effect.die("no reason") },
    ],
    provisioning: {
      slugs: {},
      principalTypes: [],
      holders: fault,
      grant: () => Effect.sync(fault),
      revoke: fault,
      findPrincipals: fault,
    },
    actions: [
      {
        name: "ring",
        displayName: "Ring",
        description: "Rings",
        kind: "dynamic",
        arguments: [],
        returns: [],
        isDone: fault,
        run: fault,
        result: () => ({}),
      },
    ],
  }

  it.effect("is an error of the connector that names it, what was asked for, what went wrong and where", () =>
    Effect.gen(function* () {
      const { open } = implement({ connector: () => faulty, layer: () => Layer.empty })
      const connector = yield* open({}, options)
      const { provisioning, actions, steps } = connector
      const [action] = actions ?? []
      const [throws, dies] = steps
      // The steps look at nothing of it.
      const page = (step: typeof throws): Effect.Effect<unknown, unknown> =>
        Reflect.apply(step!.page, undefined, [request])
      const failing: ReadonlyArray<readonly [string, Effect.Effect<unknown, unknown>, boolean?]> = [
        ["in identify", connector.identify],
        ["in its step throws", page(throws)],
        ["in holders of shop:s1:key", provisioning!.holders(entitlement)],
        ["in grant of shop:s1:key", provisioning!.grant(entitlement, person), true],
        ["in revoke of shop:s1:key", provisioning!.revoke(entitlement, person), true],
        ["in findPrincipals", provisioning!.findPrincipals([])],
        ["in isDone of the action ring", action!.isDone({})],
        ["in run of the action ring", action!.run({}), true],
      ]
      for (const [asked, call, uncertain] of failing) {
        const error = yield* Effect.flip(call)
        assert.instanceOf(error, ConnectorError)
        assert.deepStrictEqual([error.reason._tag, error.uncertain], ["Defective", uncertain])
        assert.include(
          error.message,
          `The connector Shop failed ${asked}: Cannot read properties of undefined (reading 'name')`,
        )
        assert.match(error.message, /defineModule\.test\.ts:\d+:\d+\)\.$/u)
        assert.notInclude(error.message, "secret line")
      }
      const died = yield* Effect.flip(page(dies))
      assert.include(String(died), "failed in its step dies: no reason.")
    }).pipe(Effect.scoped),
  )
})
