// A question with a typing mistake in it is refused, with what may have been meant, and an empty answer stays an answer.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { runInProcess } from "../inProcess.ts"
import { forgedFile } from "@rollcall/test-kit/forged"

const world = {
  id: "2abc",
  types: ["user", "userGroup", "unused"],
  resources: { "user:U0001": "Ada", "userGroup:S0001": "Staff", "userGroup:S0002": "Empty \u001b[2J" },
  entitlements: ["userGroup:S0001:member", "userGroup:S0002:member"],
  grants: [
    { entitlement: "userGroup:S0001:member", principal: "user:U0001" },
    { entitlement: "role:R0009:assigned", principal: "bot:B0009" },
  ],
}

const asking = Effect.fnUntraced(function* (question: string, ...more: ReadonlyArray<string>) {
  const file = forgedFile(yield* scratchFolder("cli"), [world])
  return yield* runInProcess([...question.split(" "), "-f", file, ...more])
}, Effect.scoped)

describe("a view that is asked for what the sync does not know", () => {
  it.live.each([
    ["resources -t usergruop", "no resource type usergruop. Did you mean userGroup?"],
    ["resources -t robot", "no resource type robot.\n"],
    ["entitlements -t suer", "no resource type suer. Did you mean user?"],
    ["grants -t user_group", "Did you mean userGroup?"],
    ["grants -t userGroup -r S00001", "no resource userGroup:S00001. Did you mean userGroup:S0001 (Staff)?"],
    ["grants -t userGroup -r Stuff", "no resource userGroup:Stuff. Did you mean userGroup:S0001 (Staff)?"],
    ["grants -t user -r S0001", "no resource user:S0001. Did you mean userGroup:S0001 (Staff)?"],
    ["grants -e userGroup:S0001:membre", "Did you mean userGroup:S0001:member?"],
    ["principals -e userGroup:S0001", "Did you mean userGroup:S0001:member?"],
    ["principals -t userGroup -r S0002X", "Did you mean userGroup:S0002 (Empty \\u001b[2J)?"],
    ["access -t user -r U00001", "no resource user:U00001. Did you mean user:U0001 (Ada)?"],
    ["access -t usr -r U0001", "no resource type usr. Did you mean user?"],
    ["grants --sync-id 2acb", "holds no sync 2acb. Did you mean 2abc?"],
    ["stats --sync-id 2ABC", "holds no sync 2ABC. Did you mean 2abc?"],
  ] as const)("ends with 64 and prints nothing, also with --quiet: %s", ([question, told]) =>
    Effect.gen(function* () {
      for (const more of [[], ["--quiet"], ["-o", "json"]]) {
        const { code, out, err } = yield* asking(question, ...more)
        assert.strictEqual(code, 64)
        assert.strictEqual(out, "")
        assert.include(err, told)
      }
    }),
  )

  it.live("says where the file holds no sync at all", () =>
    Effect.gen(function* () {
      const { code, err } = yield* runInProcess([
        "grants",
        "-t",
        "user",
        "-f",
        forgedFile(yield* scratchFolder("cli"), []),
      ])
      assert.strictEqual(code, 64)
      assert.include(err, "The file holds no sync, and so no resource type user.")
    }).pipe(Effect.scoped),
  )
})

describe("a view that is asked for what the sync knows and shows nothing of", () => {
  it.live.each([
    "resources -t unused",
    "entitlements -t user",
    "grants -t userGroup -r S0002",
    "grants -e userGroup:S0002:member",
    "principals -t userGroup -r S0002",
    "access -t userGroup -r S0001",
    // Only grants name these.
    "resources -t role",
    "resources -t bot",
    "entitlements -t role",
  ])("is empty and ends with 0: %s", (question) =>
    Effect.gen(function* () {
      const { code, out, err } = yield* asking(question, "-o", "ndjson")
      assert.deepStrictEqual({ code, out, err }, { code: 0, out: "", err: "" })
    }),
  )

  it.live.each([
    ["grants -e role:R0009:assigned", 1],
    ["grants -t role -r R0009", 1],
    ["access -t bot -r B0009", 1],
  ] as const)("takes what only a grant names as known: %s", ([question, records]) =>
    Effect.gen(function* () {
      const { code, out } = yield* asking(question, "-o", "ndjson")
      assert.strictEqual(code, 0)
      assert.lengthOf(out.trim().split("\n"), records)
    }),
  )
})
