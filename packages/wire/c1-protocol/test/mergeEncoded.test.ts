// Two parts that are merged as bytes give what the merged resource is encoded as.
import { assert, describe, it } from "@effect/vitest"
import type { Resource, ResourceField, ResourceType } from "@rollcall/connector"
import { beliefBy, mergeBy } from "@rollcall/connector"
import { Schema } from "effect"
import { encodePart, encodeResource, isWhole, mergeEncoded } from "../src/index.ts"

const Text = Schema.Literals(["", "plain", "Söhne · à", "情報システム", "x".repeat(60), "y".repeat(200), "👩‍👩‍👧"])
const Key = Schema.Literals([
  "",
  "a",
  "ab",
  "abc",
  "b",
  "user_id",
  "ü",
  "z".repeat(127),
  "z".repeat(128),
  "z".repeat(300),
])
const Value = Schema.Union([Text, Schema.Boolean, Schema.Literals([0, 1, 1.5, -7, 1e300]), Schema.Null])
const Id = Schema.Struct({ resourceType: Schema.Literals(["team", "org"]), resource: Schema.Literals(["T1", "T2"]) })

const Said = Schema.Struct({
  displayName: Schema.optionalKey(Text),
  description: Schema.optionalKey(Text),
  parent: Schema.optionalKey(Id),
  profile: Schema.optionalKey(Schema.Record(Key, Value)),
  status: Schema.optionalKey(Schema.Literals(["enabled", "disabled", "deleted"])),
  createdAt: Schema.optionalKey(
    Schema.Literals(["2020-02-03T04:05:06Z", "1969-12-31T23:59:59.5-07:00", "1970-01-01T00:00:00Z"]),
  ),
  account: Schema.optionalKey(
    Schema.Struct({
      accountType: Schema.optionalKey(Schema.Literals(["human", "service", "system"])),
      emails: Schema.optionalKey(Schema.Array(Text)),
      mfaEnabled: Schema.optionalKey(Schema.Boolean),
    }),
  ),
  childResourceTypes: Schema.optionalKey(Schema.Array(Schema.Literals(["user", "team"]))),
})

const fields: ReadonlyArray<ResourceField> = ["displayName", "parent", "profile", "status", "createdAt", "account"]
const Claims = Schema.Array(Schema.Literals(["displayName", "parent", "profile", "status", "createdAt", "account"]))
const types: ReadonlyArray<Pick<ResourceType, "traits">> = [
  { traits: ["user"] },
  { traits: ["user"] },
  { traits: ["group"] },
  { traits: ["role", "user", "app"] },
  { traits: [] },
]

const resource = (said: typeof Said.Type): Resource => ({ id: { resourceType: "user", resource: "U1" }, ...said })

/** What both ways give, in hexadecimal; `undefined` where a part is odd. */
const merged = (
  one: Resource,
  other: Resource,
  type: Pick<ResourceType, "traits">,
  claims: ReadonlyArray<ReadonlyArray<ResourceField>>,
) => {
  const rules = [
    { id: "one", authorityOn: claims[0] ?? [] },
    { id: "other", authorityOn: claims[1] ?? [] },
  ]
  const [above, below] = [one, other].map((part) => encodePart(part, type)?.slice())
  if (above === undefined || below === undefined) return undefined
  const { first, claimed } = beliefBy(rules)("other", "one")
  assert.strictEqual(first, "one")
  const fast = mergeEncoded("it", above, below, type, claimed)
  const hex = (encoding: typeof fast) =>
    encoding?._tag === "Encoded" ? Buffer.from(encoding.bytes).toString("hex") : encoding?._tag
  const found = hex(fast)
  const general = mergeBy(rules)([
    { step: "other", resource: other },
    { step: "one", resource: one },
  ])
  return { found, expected: hex(encodeResource(general, type)) }
}

describe("two encoded parts of a resource", () => {
  let compared = 0
  it.prop(
    "are merged to what the merged resource is encoded as",
    { one: Said, other: Said, kind: Schema.Literals([0, 1, 2, 3, 4]), claims: Schema.Tuple([Claims, Claims]) },
    ({ one, other, kind, claims }) => {
      const both = merged(resource(one), resource(other), types[kind] ?? { traits: [] }, claims)
      if (both === undefined) return
      compared++
      assert.strictEqual(both.found, both.expected)
    },
    { arbitrary: { seed: 5, runs: 2000 } },
  )

  it("are seldom odd in this", () => assert.isAbove(compared, 400))

  it("are those of an account of Slack's two APIs", () => {
    const web = resource({
      displayName: "ada",
      parent: { resourceType: "team", resource: "T1" },
      status: "deleted",
      profile: { user_id: "U1", is_admin: false, login: "ada@example.com", first_name: "Ada", title: "" },
      account: { accountType: "human", emails: ["ada@example.com"], mfaEnabled: true },
    })
    const scim = resource({
      displayName: "ada.l",
      status: "disabled",
      createdAt: "2020-02-03T04:05:06Z",
      profile: { user_id: "U1", title: "Countess", department: "Engines", scim_user_name: "ada.l" },
      account: { emails: ["other@example.com"] },
    })
    const both = merged(web, scim, { traits: ["user"] }, [[], fields.slice(3, 4)])
    assert.isDefined(both)
    assert.strictEqual(both?.found, both?.expected)
  })

  it("that are no parts are not merged, whatever is cut off", () => {
    const type = { traits: ["user"] as const }
    const whole = resource({
      displayName: "ada",
      profile: { a: "x", b: true },
      status: "enabled",
      account: { emails: ["a@x"] },
    })
    const bytes = encodePart(whole, type)?.slice() ?? new Uint8Array(0)
    for (let length = 0; length < bytes.length; length++) {
      const outcome = mergeEncoded("it", bytes.subarray(0, length), bytes, type, new Set())
      // What ends between two fields cannot be told from a part that says less.
      if (outcome !== undefined) assert.strictEqual(outcome._tag, "Encoded")
    }
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.slice()
      changed[at] = 0xff
      mergeEncoded("it", changed, bytes, type, new Set())
      mergeEncoded("it", bytes, changed, type, new Set())
    }
    assert.isUndefined(mergeEncoded("it", Uint8Array.of(0x0a, 0x7f), bytes, type, new Set()))
  })
})

it("a part is whole where nothing has to stand for what it does not tell", () => {
  const type = { traits: ["user"] as const }
  const told = resource({ status: "enabled", profile: {}, account: { accountType: "human" } })
  assert.isTrue(isWhole(told, type))
  assert.deepStrictEqual(encodePart(told, type)?.slice(), bytesOf(encodeResource(told, type)))
  for (const lacking of ["status", "profile", "account"] as const) {
    const { [lacking]: _, ...less } = told
    assert.isFalse(isWhole(less, type))
    assert.notDeepEqual(encodePart(less, type)?.slice(), bytesOf(encodeResource(less, type)))
  }
})

const bytesOf = (encoding: ReturnType<typeof encodeResource>) =>
  encoding._tag === "Encoded" ? encoding.bytes.slice() : undefined
