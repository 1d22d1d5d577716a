import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { checkNames, decodeDesiredState, desiredStateSchema, makePlan } from "../src/index.ts"
import { only, town } from "./town.ts"

const whole = `# Who is in which club
entitlements:
  - id: club:chess:member
    name: Club chess
    mode: only
    members: [ada@town.example, bob]
  - id: club:go:member
    mode: at-least
    members: []
    removals:
      - bob
  - { id: "club:empty:member", mode: only, members: [], allowEmpty: true }
`

describe("a desired state", () => {
  it.effect("is read from YAML, or from JSON, which is YAML", () =>
    Effect.gen(function* () {
      const read = yield* decodeDesiredState("access.yaml", whole)
      assert.deepStrictEqual(
        read.entitlements.map(({ id, mode, members, removals = [] }) => [id, mode, members.length, removals.length]),
        [
          ["club:chess:member", "only", 2, 0],
          ["club:go:member", "at-least", 0, 1],
          ["club:empty:member", "only", 0, 0],
        ],
      )
      assert.deepStrictEqual(yield* decodeDesiredState("access.json", JSON.stringify(read)), read)
    }),
  )

  const club = (more: string, id = "club:chess:member") => `entitlements:\n  - id: ${id}\n    ${more}\n`
  for (const [what, text, says] of [
    ["no entitlements", "", /line 1: /u],
    ["an empty list of them", "entitlements: []", /line 1: entitlements: /u],
    ["YAML that is none", "entitlements: [", /line 1: it is not valid YAML/u],
    [
      "a key that stands twice",
      club("mode: only\n    mode: only\n    members: [ada]"),
      /line 4: it is not valid YAML \(duplicate key\)/u,
    ],
    ["a mode that there is not", club("mode: exactly\n    members: [ada]"), /line 3: entitlements\.0\.mode: /u],
    [
      "a word that is mistyped",
      club("mode: only\n    member: [ada]"),
      /line 4: entitlements\.0\.member: .*line 2: entitlements\.0\.members: Missing key/u,
    ],
    [
      "a member that is a number",
      club("mode: only\n    members:\n      - ada\n      - 12"),
      /line 6: entitlements\.0\.members\.1: /u,
    ],
    [
      "an id that is of no entitlement",
      club("mode: at-least\n    members: [ada]", "chess"),
      /line 2: chess is not the id of an entitlement/u,
    ],
    [
      "nobody, where that is not said to be meant",
      club("mode: only\n    members: []"),
      /line 4: nobody would be left in club:chess:member: .*allowEmpty: true/u,
    ],
    [
      "nobody, where it is said not to be meant",
      club("mode: only\n    members: []\n    allowEmpty: false"),
      /line 4: nobody would be left/u,
    ],
    [
      "removals of what is for certain people alone",
      club("mode: only\n    members: [ada]\n    removals: [bob]"),
      /line 5: mode only removes everybody/u,
    ],
    [
      "the same entitlement twice",
      `${whole}  - { id: "club:go:member", mode: only, members: [ada] }\n`,
      /line 13: club:go:member stands there twice/u,
    ],
    [
      "aliases that multiply",
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`,
      /its aliases are too many|line 1/u,
    ],
  ] as const) {
    it.effect(`with ${what} is refused, with the line`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(decodeDesiredState("access.yaml", text))
        assert.deepStrictEqual([error.reason, error.kind], ["Unreadable", "unreadable"])
        assert.match(error.message, says)
        assert.match(error.message, /^access\.yaml cannot be used\. /u)
      }),
    )
  }

  it("has the JSON Schema that is published", () => {
    const published: unknown = JSON.parse(readFileSync(new URL("../access.schema.json", import.meta.url), "utf8"))
    assert.deepStrictEqual(published, JSON.parse(JSON.stringify(desiredStateSchema())))
  })

  it.effect("is refused where a resource is called otherwise than it says", () =>
    Effect.gen(function* () {
      const { connector } = town({ people: { ada: {} }, clubs: { chess: ["ada"] } })
      const { state } = yield* makePlan(connector, { desiredChanges: [only("chess", "ada")] })
      const named = (name: string) => decodeDesiredState("a", club(`name: ${name}\n    mode: only\n    members: [ada]`))
      yield* checkNames(yield* named("Club chess"), state)
      const error = yield* Effect.flip(checkNames(yield* named("Club go"), state))
      assert.deepStrictEqual(
        [error.kind, error.message],
        ["unreadable", "club:chess:member is called Club chess, and not Club go. Nothing was planned."],
      )
    }),
  )

  it.effect("keeps somebody who is gone from the system and is a member still", () =>
    Effect.gen(function* () {
      const { connector } = town({ people: { ada: {} }, clubs: { chess: ["ada", "ghost"], go: [] } })
      const { plan } = yield* makePlan(connector, { desiredChanges: [only("chess", "ghost", "ada")] })
      assert.deepStrictEqual([plan.changes, plan.unchanged], [[], 2])
      const error = yield* Effect.flip(makePlan(connector, { desiredChanges: [only("go", "ghost")] }))
      assert.strictEqual(error.kind, "unreadable")
    }),
  )
})
