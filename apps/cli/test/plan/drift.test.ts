// `rollcall drift` through the whole command: real processes, real HTTP, a Slack that keeps state.
import { existsSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { businessPlusWorld, membership } from "../wholeStack/businessPlus.ts"

describe("rollcall drift", () => {
  it.live(
    "names who holds what they should not and who lacks what they should hold, and mends it where that is asked for",
    () =>
      Effect.gen(function* () {
        const { run, groups, outside } = yield* businessPlusWorld()
        const folder = yield* scratchFolder("drift")
        const desired = join(folder, "access.yaml")
        const [smallest] = groups()
          .filter(({ group: id, members }) => members.length > 1 && outside(id, 1).length > 0)
          .toSorted((a, b) => a.members.length - b.members.length)
        const group = smallest?.group ?? ""
        const before = smallest?.members ?? []
        yield* run(["sync"])
        const written = yield* run(["plan", "--init", "-e", membership(group), "--out", desired])
        assert.strictEqual(written.code, 0, written.stderr)
        const drift = (...args: ReadonlyArray<string>) => run(["drift", "--desired", desired, ...args], { folder })
        const none = yield* drift("--exit-code", "-o", "table")
        assert.strictEqual(none.code, 0)
        assert.match(none.stdout, /^Drift in .+, read [^]+\nNo drift; \d+ already so\.\n$/u)

        const [leaver = ""] = before
        const [intruder = ""] = outside(group, 1)
        yield* run(["revoke", "-e", membership(group), "--principal", leaver, "--yes"])
        yield* run(["grant", "-e", membership(group), "--principal", intruder, "--yes"])
        const found = yield* drift("--exit-code")
        assert.strictEqual(found.code, 2)
        assert.match(found.stdout, new RegExp(`\\+ .*user:${leaver}\\)[^]*- .*user:${intruder}\\)`, "u"))

        const asked = yield* drift("--fix")
        assert.include(asked.stderr, "Nothing was changed")
        const mended = yield* drift("--fix", "--yes", "--reason", "as agreed")
        assert.strictEqual(mended.code, 0, mended.stderr)
        assert.sameMembers([...(groups().find(({ group: id }) => id === group)?.members ?? [])], [...before])
        const again = yield* drift("--fix", "--yes")
        assert.strictEqual(again.code, 0, again.stderr)
        assert.include(JSON.stringify(again), "No drift")
        assert.deepStrictEqual(
          readdirSync(folder).filter((name) => name.endsWith(".json")),
          [],
        )
        assert.isTrue(existsSync(desired))
      }).pipe(Effect.scoped),
  )

  it.live("compares roles, which it cannot change, with the last sync, and a plan of the same file names them", () =>
    Effect.gen(function* () {
      const { run, groups, slack } = yield* businessPlusWorld()
      const folder = yield* scratchFolder("drift")
      const desired = join(folder, "access.yaml")
      const [first] = groups()
      const { group, members } = first ?? { group: "", members: [] }
      const owner = [...slack.expected()]
        .map(({ id }) => id)
        .find((id) => /^workspaceRole:[^:]+:owner:assigned:/u.test(id))
      const [, role = "", holder = ""] = /^(.+:assigned):user:(.+)$/u.exec(owner ?? "") ?? []
      const entry = (id: string, mode: string, who: ReadonlyArray<string>) =>
        `  - id: ${id}\n    mode: ${mode}\n    members: ${JSON.stringify(who)}\n`
      const file = (who: ReadonlyArray<string>) =>
        writeFileSync(
          desired,
          `entitlements:\n${entry(membership(group), "only", members)}${entry(role, "at-least", who)}`,
        )
      const drift = run(["drift", "--desired", desired, "--exit-code", "-o", "table"])
      file([holder])
      const unsynced = yield* drift
      assert.deepStrictEqual(
        [unsynced.code, unsynced.stdout.includes("and no sync shows it")],
        [0, true],
        unsynced.stderr,
      )
      yield* run(["sync", "-q"])
      const same = yield* drift
      assert.strictEqual(same.code, 0, same.stderr)
      assert.match(same.stdout.replaceAll(/\s+/gu, " "), /By the sync of \S+ it is as it should be\. No drift;/u)
      const lacking = members.find((who) => ![...slack.expected()].some(({ id }) => id === `${role}:user:${who}`)) ?? ""
      file([holder, lacking])
      const differs = yield* drift
      assert.strictEqual(differs.code, 2, differs.stderr)
      assert.include(
        differs.stdout.replaceAll(/\s+/gu, " "),
        `it is missing for user:${lacking}. No drift but that in the notes`,
      )
      const plan = yield* run(["plan", "--desired", desired, "-o", "table"])
      assert.strictEqual(plan.code, 0, plan.stderr)
      assert.include(
        plan.stdout.replaceAll(/\s+/gu, " "),
        `${role} cannot be changed by Rollcall, and is no part of the plan`,
      )
    }).pipe(Effect.scoped),
  )
})
