// Somebody sits at a terminal: the command says what it would do and asks.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { businessPlusWorld, membership } from "./businessPlus.ts"
import { hasTerminals, runOnTerminal } from "./terminal.ts"

describe.skipIf(!hasTerminals)("on a terminal (needs util-linux's script)", () => {
  const ask = Effect.fnUntraced(function* (answer: string) {
    const { groups, outside, membersOf, environment, audit } = yield* businessPlusWorld()
    const group = groups()[0]?.group ?? ""
    const [one = ""] = outside(group, 1)
    const args = ["grant", "-e", membership(group), "--principal", one, "-o", "table"]
    const ended = yield* Effect.promise(() => runOnTerminal(args, environment, [["Proceed?", answer]]))
    return { ...ended, group, one, isIn: membersOf(group).includes(one), audit: audit() }
  })

  it.live("a yes carries it out", () =>
    Effect.gen(function* () {
      const { code, shown, group, one, isIn } = yield* ask("y\n")
      assert.strictEqual(code, 0, shown)
      assert.match(
        shown,
        new RegExp(
          `\\S.* \\(${membership(group)}\\): 1 would be granted\r\n  \\S.* <\\S+@\\S+> \\(user:${one}\\)\r\nProceed\\? \\[y/N\\]`,
        ),
      )
      assert.match(shown, /\schanged\s/)
      assert.match(shown, /1 granted; recorded in /)
      assert.isTrue(isIn)
    }),
  )

  it.live("a bare return, a no, and the end of the input leave all as it is", () =>
    Effect.gen(function* () {
      for (const answer of ["\n", "n\n", "\u0004"]) {
        const { code, shown, isIn, audit } = yield* ask(answer)
        assert.strictEqual(code, 130, shown)
        assert.match(shown, /Nothing was changed\./)
        assert.isFalse(isIn)
        assert.deepStrictEqual(audit, [])
      }
    }),
  )

  it.live("an action for a list names each account, and says where it is recorded", () =>
    Effect.gen(function* () {
      const { people, environment, list, audit } = yield* businessPlusWorld()
      const [one = "", two = ""] = people.slice(-2)
      const args = ["actions", "run", "disable_user", "--from", list([one, two, "UNOSUCH"]), "-o", "table"]
      const { shown } = yield* Effect.promise(() => runOnTerminal(args, environment, [["Proceed?", "y\n"]]))
      assert.match(shown, new RegExp(`2 would be done, 1 failed\r\n.* <\\S+@\\S+> \\(${one}\\)\r\n.*\\(${two}\\)`))
      assert.match(shown, /no account UNOSUCH.*\r\nProceed\? \[y\/N\]/)
      assert.match(shown, /2 done, 1 failed; recorded in /)
      assert.strictEqual(audit().filter(({ outcome }) => outcome === "changed").length, 2)
    }),
  )

  it.live("Ctrl-C ends it with 130", () =>
    Effect.gen(function* () {
      const { code, shown, isIn } = yield* ask("\u0003")
      assert.strictEqual(code, 130, shown)
      assert.isFalse(isIn)
    }),
  )
})
