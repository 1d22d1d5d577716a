// Lists of changes: what they may look like, and how a wrong one is refused before anything is begun.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import type { ChangeIntent } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { askedRuns } from "../../src/actions/askedRuns.ts"
import { readList } from "../../src/changes/askedChanges.ts"
import { resolveChanges } from "../../src/changes/resolveChanges.ts"
import { clubs } from "./clubs.ts"

const read = Effect.fnUntraced(function* (text: string | Buffer, intent: ChangeIntent = "grant") {
  const file = join(yield* scratchFolder("cli"), "list.csv")
  writeFileSync(file, text)
  const { connector, calls } = clubs({ chess: ["ghost"], golf: [] })
  const { changes } = yield* readList(file).pipe(Effect.flatMap((asked) => resolveChanges(intent, asked, connector)))
  return {
    calls,
    pairs: changes.map(({ entitlement, principal }) => `${entitlement.id} ${formatResourceId(principal)}`),
  }
}, Effect.scoped)

const pairs = (...args: Parameters<typeof read>) => Effect.map(read(...args), (list) => list.pairs)
const refusal = (...args: Parameters<typeof read>) => Effect.flip(read(...args))

/** Why an action does not take the list. */
const runsOf = Effect.fnUntraced(function* (text: string) {
  const file = join(yield* scratchFolder("cli"), "list.csv")
  writeFileSync(file, text)
  const argument = {
    name: "user_id",
    displayName: "Account",
    description: "",
    type: "text" as const,
    isPrincipal: true,
  }
  const action = {
    name: "disable_user",
    displayName: "Disable",
    description: "",
    kind: "accountDisable" as const,
    arguments: [argument],
    returns: [],
  }
  return yield* Effect.flip(askedRuns(action, {}, file))
}, Effect.scoped)

describe("a list of changes", () => {
  it.effect("has a header or none, spaces around its values, empty lines, and any line breaks", () =>
    Effect.gen(function* () {
      const expected = ["club:chess:member person:ada", "club:golf:member person:bob"]
      const texts = [
        "entitlement,principal\nclub:chess:member,ada\nclub:golf:member,bob\n",
        "club:chess:member,ada\r\nclub:golf:member,bob",
        "\ufeffentitlement,principal\r\n\r\n club:chess:member , ada\r\n\r\nclub:golf:member,bob\r\n\r\n",
        '"entitlement","principal"\n"club:chess:member","ada"\n"club:golf:member","bob"\n',
        "Entitlement, Principal\nclub:chess:member,ada\nclub:golf:member,bob\n",
      ]
      for (const text of texts) assert.deepStrictEqual(yield* pairs(text), expected)
    }),
  )

  it.effect("names principals by their id, by type and id, or by their address, for which one look is enough", () =>
    Effect.gen(function* () {
      const line = (who: string) => `club:chess:member,${who}\n`
      const { pairs: found, calls } = yield* read(
        ["ada", "person:bob", "eve@town.test", "ada@town.test", "eve@town.test"].map(line).join(""),
      )
      assert.deepStrictEqual(
        found,
        ["ada", "bob", "eve", "ada", "eve"].map((who) => `club:chess:member person:${who}`),
      )
      assert.deepStrictEqual(calls, ["find ada bob eve@town.test ada@town.test"])
    }),
  )

  it.effect("may hold ids of grants to revoke, under the header `grant`", () =>
    Effect.gen(function* () {
      const text = "grant\nclub:chess:member:person:ada\nclub:a:b:member:person:bob\n"
      assert.deepStrictEqual(yield* pairs(text, "revoke"), [
        "club:chess:member person:ada",
        "club:a:b:member person:bob",
      ])
    }),
  )

  it.effect("is what the command prints of grants, and of the results of changes, to grant and to revoke", () =>
    Effect.gen(function* () {
      const expected = ["club:chess:member person:ada", "club:golf:member person:bob"]
      const texts = [
        'ID,Resource Type,Resource,Entitlement,Principal\r\nclub:chess:member:person:ada,Club,"Chess, and tea",Member,Ada\r\nclub:golf:member:person:bob,Club,Golf,Member,\r\n',
        "Entitlement,Resource,Principal,Name,Address,Outcome,Reason\r\nclub:chess:member,Chess,person:ada,Ada,,changed,\r\nclub:golf:member,Golf,person:bob,,,failed,It answered.\r\n",
        '{"grants":[\n{"grant":{"id":"club:chess:member:person:ada"},"principal":{}}\n,{"grant":{"id":"club:golf:member:person:bob"}}\n]}\n',
        '{"grant":{"id":"club:chess:member:person:ada"}}\n{"entitlement":"club:golf:member","principal":"person:bob","outcome":"changed"}\n',
      ]
      for (const text of texts) {
        for (const intent of ["grant", "revoke"] as const) assert.deepStrictEqual(yield* pairs(text, intent), expected)
      }
    }),
  )

  it.effect("may hold nothing", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* pairs(""), [])
      assert.deepStrictEqual(yield* pairs("entitlement,principal\n"), [])
    }),
  )

  it.live("has why each was asked for, also where it is the results of a run", () =>
    Effect.gen(function* () {
      const file = join(yield* scratchFolder("cli"), "list.csv")
      const reasonsOf = Effect.fnUntraced(function* (head: string, line: string) {
        writeFileSync(file, `${head}\n${line}\n`)
        return (yield* readList(file)).changes.map(({ reason }) => reason)
      })
      const change = "club:chess:member,ada"
      assert.deepStrictEqual(yield* reasonsOf("entitlement,principal,reason", `${change},Q4 item 3`), ["Q4 item 3"])
      const results = "Entitlement,Principal,Outcome,Reason"
      assert.deepStrictEqual(yield* reasonsOf(results, `${change},failed,It answered.`), [undefined])
      const stated = yield* reasonsOf(`${results},Stated Reason`, `${change},failed,It answered.,Q4 item 3`)
      assert.deepStrictEqual(stated, ["Q4 item 3"])
    }).pipe(Effect.scoped),
  )

  it.effect("is refused where it is the list of what people do by hand in a review", () =>
    Effect.gen(function* () {
      const worklist =
        'item,account,e-mail,what to do,owner,due,decided by\n4,gil,gil@town.test,"Take away, now.",IT,2026-12-31,it@town.test\n'
      const error = yield* refusal(worklist, "revoke")
      assert.match(error.message, /line 1: it is a list of what people do by hand, and no command carries it out\./)
      const runs = yield* runsOf(worklist)
      assert.match(`${runs.message} ${runs.hint}`, /a list of what people do by hand.*`rollcall review remediate`/)
    }),
  )

  it.effect("of entitlements is refused by an action with the command that takes it, and so is one of grants", () =>
    Effect.gen(function* () {
      const texts = [
        "entitlement,principal,reason,account,e-mail\nclub:a:member,ada,left,Ada,ada@town.test\n",
        "grant\nclub:a:member:person:ada\n",
      ]
      for (const text of texts) {
        const error = yield* runsOf(text)
        assert.match(
          `${error.message} ${error.hint}`,
          /not of accounts\. Nothing was begun\. `rollcall revoke --from` takes it/,
        )
      }
    }),
  )

  it.effect("is refused with the command that takes it where it is a list of accounts", () =>
    Effect.gen(function* () {
      const error = yield* refusal("ID,reason\nada,left\n", "revoke")
      assert.match(error.message, /line 1: it is a list of accounts, and names no entitlements\./)
      assert.include(error.hint, "`rollcall actions run` takes it")
    }),
  )

  it.effect("may hold 5,000 lines", () =>
    Effect.gen(function* () {
      const text = Array.from({ length: 5000 }, (_, index) => `club:chess:member,p${index}\n`).join("")
      assert.lengthOf(yield* pairs(text), 5000)
    }),
  )
})

describe("a list is refused as a file that cannot be used, naming the lines, when it has", () => {
  const good = "club:chess:member,ada\n"
  const bad: ReadonlyArray<readonly [title: string, text: string, says: RegExp, intent?: ChangeIntent]> = [
    ["a value too few", `${good}club:chess:member\n`, /line 2: it holds 1 value instead of 2\./],
    ["a value too many", `${good}\nclub:chess:member,bob,now\n`, /line 3: it holds 3 values instead of 2\./],
    ["an empty value", `club:chess:member,\n${good}`, /line 1: a value is empty\./],
    ["no id of an entitlement", `${good}chess,ada\n`, /line 2: chess is not the id of an entitlement\./],
    [
      "a header in another order",
      `principal,entitlement\n${good}`,
      /line 1: principal is not the id of an entitlement\./,
    ],
    ["a name in place of an id", `${good}club:chess:member,Ada Lovelace\n`, /line 2: "Ada Lovelace" is neither the id/],
    ["a type without an id", `${good}club:chess:member,person:\n`, /line 2: "person:" is neither the id/],
    ["a quote that does not end", `${good}"club:chess:member,ada\n`, /line 2: /],
    ["a line without end", `${good}${"x".repeat(5000)}`, /line 2: it is longer than 4096 characters/],
    [
      "a token in place of an id",
      `${good}club:chess:member,xoxp-1-2-secret\n`,
      /line 2: an id was expected, but a token was given\.$/,
    ],
    [
      "no id of a grant",
      "grant\nclub:chess:member\n",
      /line 2: club:chess:member is not the id of a grant\./,
      "revoke",
    ],
    ["JSON that names no grant", '{"grants":[\n{"grant":{}}\n]}\n', /line 2: it is not a grant as JSON/],
    [
      "a line of what was printed without its end",
      "ID,Resource Type,Resource,Entitlement,Principal\nclub:chess:member:person:ada,Club\n",
      /line 2: it holds 2 values instead of 5\./,
    ],
    ["a value over two lines before a wrong line", `"club:chess:member\n",ada\nwrong\n`, /line 3: it holds 1 value/],
  ]
  for (const [title, text, says, intent] of bad) {
    it.effect(title, () =>
      Effect.gen(function* () {
        const error = yield* refusal(text, intent)
        assert.strictEqual(error.kind, "unreadable")
        assert.match(error.message, says)
        assert.match(error.message, /list\.csv cannot be used/)
        assert.match(
          error.hint,
          /^Nothing was begun\. .*group:S0123:member,ada@example\.com.* header.* entitlement,principal/,
        )
      }),
    )
  }

  for (const [intent, text] of [
    ["grant", "club:golf:member,ada\nclub:chess:membre,ada\n"],
    ["revoke", "grant\nclub:chess:membre:person:ghost\n"],
  ] as const) {
    it.effect(`an entitlement to ${intent} that its club does not have: those that it has are named`, () =>
      Effect.gen(function* () {
        const error = yield* refusal(text, intent)
        assert.strictEqual(error.kind, "unreadable")
        assert.include(error.message, "line 2: There is no entitlement club:chess:membre to grant or revoke.")
        assert.strictEqual(error.hint, "Nothing was begun. Entitlements of this club: club:chess:member.")
      }),
    )
  }

  it.effect("many wrong lines: ten are named, and of the rest the number", () =>
    Effect.gen(function* () {
      const error = yield* refusal("wrong\n".repeat(25))
      assert.lengthOf(error.message.split("\n"), 11)
      assert.match(error.message, /\n15 more lines are wrong\.$/)
    }),
  )

  it.effect("more lines than a list may have", () =>
    Effect.gen(function* () {
      const error = yield* refusal("a,b\n".repeat(100_001))
      assert.match(error.message, /too large.*100,000 lines/)
    }),
  )

  it.effect("more bytes than a list may have", () =>
    Effect.gen(function* () {
      const line = `${" ".repeat(4000)},\n`
      const error = yield* refusal(Buffer.from(line.repeat(17_000)))
      assert.match(error.message, /too large.*64 MiB/)
    }),
  )
})

it.effect("a list that is not there, or is a directory, is a wrong setting and says so", () =>
  Effect.gen(function* () {
    const folder = yield* scratchFolder("cli")
    const missing = yield* Effect.flip(readList(join(folder, "none.csv")))
    assert.strictEqual(missing.kind, "configuration")
    assert.match(missing.message, /none\.csv cannot be read: there is no such file/)
    assert.match((yield* Effect.flip(readList(folder))).message, /it is a directory/)
    const belowFile = yield* Effect.flip(readList(join(fileURLToPath(import.meta.url), "none.csv")))
    assert.match(belowFile.message, /there is no such file/)
  }),
)

it.effect(
  "ids that mean nobody are named all at once, as misuse, whether they are to be granted something or not",
  () =>
    Effect.gen(function* () {
      const list =
        "club:chess:member,typo\nclub:chess:member,ada\nclub:golf:member,typo2\nclub:golf:member,x@else.test\n"
      for (const intent of ["grant", "revoke"] as const) {
        const error = yield* refusal(list, intent)
        assert.strictEqual(error.kind, "usage")
        assert.match(
          error.message,
          /There is no account typo, typo2\. No account has the e-mail address x@else\.test\. Nothing was begun\./,
        )
      }
      const many = Array.from({ length: 12 }, (_, index) => `club:chess:member,typo${index}\n`).join("")
      assert.match((yield* refusal(many)).message, /no account typo0, .*, typo9 and 2 more\./)
    }),
)

it.effect("whoever is unknown and holds something all the same can be deprived of it, and of nothing else", () =>
  Effect.gen(function* () {
    const { pairs: found, calls } = yield* read("grant\nclub:chess:member:person:ghost\n", "revoke")
    assert.deepStrictEqual(found, ["club:chess:member person:ghost"])
    assert.deepStrictEqual(calls, ["find ghost", "read chess"])
    assert.match((yield* refusal("club:golf:member,ghost\n", "revoke")).message, /no account ghost/)
    assert.match((yield* refusal("club:chess:member,ghost\n", "grant")).message, /no account ghost/)
  }),
)

it.effect("addresses that mean nobody are named all at once, as misuse", () =>
  Effect.gen(function* () {
    const error = yield* refusal("club:chess:member,x@else.test\nclub:chess:member,ada\nclub:golf:member,y@else.test\n")
    assert.strictEqual(error.kind, "usage")
    assert.match(error.message, /x@else\.test, y@else\.test\. Nothing was begun\./)
  }),
)
