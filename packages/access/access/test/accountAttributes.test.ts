// What a reviewer may conclude about an account: "unknown" is never "no".
import { assert, describe, it } from "@effect/vitest"
import type { AccessMeanings, Coverage, Resource } from "@rollcall/connector"
import { attributesOf, meaningsFor, meaningsFrom } from "../src/index.ts"

const declared: AccessMeanings = {
  kinds: [
    { entitlement: "role:*:invited:held", kind: "invited" },
    { entitlement: "role:*:guest:held", kind: "guest", note: "one room" },
    { entitlement: "role:*:roamer:held", kind: "guest", note: "several rooms" },
    { entitlement: "role:*:member:held", kind: "member" },
  ],
  privileged: ["role:*:owner:held"],
  attributes: ["email", "mfa", "kind", "status"],
}

const whole: ReadonlyArray<Coverage> = [{ resourceType: "user", state: "complete", gaps: [] }]
const lacking = (attribute: "email" | "mfa"): ReadonlyArray<Coverage> => [
  {
    resourceType: "user",
    state: "complete",
    gaps: [
      { resourceType: "user", missing: "it", reason: "scope", explanation: "Not shown.", attributes: [attribute] },
    ],
  },
]

const types = ["user", "role"]
const account = (facts: Partial<Resource> = {}): Resource => ({
  id: { resourceType: "user", resource: "1" },
  status: "enabled",
  account: { accountType: "human" },
  ...facts,
})

const asked = (facts: Partial<Resource>, held: ReadonlyArray<string>, coverage = whole) =>
  attributesOf(account(facts), held, meaningsFrom(declared, coverage, types))

describe("the kind of an account", () => {
  it("is what the first meaning says that fits anything it holds", () => {
    const { kind, kindNote, unknown } = asked({}, ["role:1:member:held", "role:1:guest:held"])
    assert.deepStrictEqual([kind, kindNote, unknown], ["guest", "one room", []])
  })

  it("is each that fits, so that who was invited as a guest is both, and a member who is nothing else", () => {
    const invited = asked({}, ["role:1:guest:held", "role:1:member:held", "role:1:invited:held"])
    assert.deepStrictEqual(
      [invited.kind, invited.kinds, invited.kindNote, invited.kindText],
      ["invited", ["invited", "guest"], undefined, "invited, guest (one room)"],
    )
    const { kinds, kindText } = asked({}, ["role:1:roamer:held", "role:1:guest:held"])
    assert.deepStrictEqual([kinds, kindText], [["guest"], "guest (one room)"])
    assert.deepStrictEqual(asked({}, ["role:1:member:held"]).kindText, "member")
    assert.deepStrictEqual([asked({}, []).kinds, asked({}, []).kindText], [[], "unknown"])
  })

  it("is not known of an account that holds no role with a meaning, and lost since it was deactivated", () => {
    assert.deepStrictEqual(asked({}, []).unknown, ["kind"])
    const { kind, kindNote } = asked({ status: "deleted" }, [])
    assert.deepStrictEqual([kind, kindNote], [undefined, "not known since it was deactivated"])
  })

  it("is the type of its record where the connector declares no meanings", () => {
    const meanings = meaningsFrom(undefined, [], types)
    assert.strictEqual(attributesOf(account({ account: { accountType: "service" } }), [], meanings).kind, "service")
  })
})

describe("a second factor", () => {
  it("that an account lacks is off where they were read, and unknown where they were not", () => {
    assert.strictEqual(asked({}, ["role:1:member:held"]).mfa, false)
    assert.strictEqual(asked({}, ["role:1:member:held"], lacking("mfa")).mfa, undefined)
    assert.strictEqual(asked({}, ["role:1:member:held"], []).mfa, undefined)
    assert.strictEqual(asked({ account: { mfaEnabled: true } }, [], lacking("mfa")).mfa, true)
    assert.strictEqual(asked({ account: { mfaEnabled: false } }, [], []).mfa, false)
  })

  it("of bots and of deactivated accounts is unknown", () => {
    assert.deepStrictEqual(asked({ account: { accountType: "service" } }, ["role:1:member:held"]).unknown, ["mfa"])
    assert.strictEqual(asked({ status: "disabled" }, ["role:1:member:held"]).mfa, undefined)
  })
})

describe("an e-mail address that an account lacks", () => {
  it("is none where addresses were read, and unknown where they were not", () => {
    assert.deepStrictEqual(asked({}, ["role:1:member:held"]).unknown, [])
    assert.deepStrictEqual(asked({}, ["role:1:member:held"], lacking("email")).unknown, ["email"])
  })
})

describe("a privileged account", () => {
  it("holds an entitlement of the connector's patterns, or of those that the reader names", () => {
    const meanings = meaningsFrom(declared, whole, ["user", "role", "app"], ["app:*:admin"])
    const held = ["role:1:owner:held", "role:owner:held", "app:x:y:admin", "app:x:admin:not"]
    assert.deepStrictEqual(attributesOf(account(), held, meanings).privileged, ["role:1:owner:held", "app:x:y:admin"])
    assert.deepStrictEqual(meanings.types, ["role", "app"])
  })
})

describe("the meanings of a file", () => {
  const known = [
    { id: "wide", meanings: { ...declared, privileged: ["extra:*"] } },
    { id: "narrow", meanings: declared },
  ]

  it("are those of the connector that it names, or of none", () => {
    assert.strictEqual(meaningsFor(known, "wide", types), known[0]?.meanings)
    assert.strictEqual(meaningsFor(known, "stranger", types), undefined)
  })

  it("are, where it names none, those of which it has every type", () => {
    assert.strictEqual(meaningsFor(known, undefined, types), declared)
    assert.strictEqual(meaningsFor(known, undefined, ["user"]), undefined)
  })
})
