// The proof that nothing is lost: a sync that is killed with SIGKILL as soon as it has come a page further, and run again
// each time, holds exactly the ids that the simulated Slack expects, for ten seeds and sizes.
import { assert, describe, it } from "@effect/vitest"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { Effect } from "effect"
import { businessPlusWorld } from "./businessPlus.ts"
import { startRollcall, world } from "./command.ts"

const seedsAndSizes = [
  [1, 1],
  [2, 450],
  [3, 149],
  [4, 150],
  [5, 333],
  [6, 500],
  [7, 640],
  [8, 777],
  [9, 999],
  [10, 1200],
] as const

/** Small pages, so that there are many, and slow ones, so that a process is killed while it waits for the next. */
const smallSlowPages = ["users.list", "scim.users.list", "scim.groups.list"].flatMap((method) => [
  { method, times: "always" as const, fault: { kind: "shortPage" as const, records: 150 } },
  { method, times: "always" as const, fault: { kind: "delay" as const, millis: 25 } },
])

const worlds = { "Slack Pro": world, "Slack Business+": businessPlusWorld } as const

describe.for(["Slack Pro", "Slack Business+"] as const)("a sync of %s that is killed page after page", (plan) => {
  for (const [seed, users] of seedsAndSizes) {
    it.live(`holds the expected ids in the end (seed ${seed}, ${users} people)`, () =>
      Effect.gen(function* () {
        const size = { seed, users, userGroups: users % 9, idpGroups: users % 7, scimOnlyUsers: users % 3 }
        const { slack, file, environment } = yield* worlds[plan]({ ...size, faults: smallSlowPages })
        const pagesAsked = () => slack.calls()["users.list"] ?? 0

        let kills = 0
        const killWhenOnePageFurther = async (): Promise<number | null> => {
          const before = pagesAsked()
          const running = startRollcall(["sync"], { environment })
          const watch = setInterval(() => {
            // A page is asked for while the one before is being stored: at the third request the first page is stored.
            if (pagesAsked() > before + 2) running.kill("SIGKILL")
          }, 1)
          const { code, signal, stderr } = await running.ended
          clearInterval(watch)
          if (signal === "SIGKILL") kills++
          else assert.strictEqual(code, 0, stderr)
          return code
        }
        yield* Effect.promise(async () => {
          while ((await killWhenOnePageFurther()) !== 0)
            assert.isBelow(kills, 20, "every run should come a page further")
        })

        // Now and then a process comes two pages further before the signal reaches it.
        const pages = Math.ceil((users + 1) / 150)
        assert.isAtLeast(kills, Math.floor((pages - 1) / 2))
        assert.deepStrictEqual(storedIds(file), expectedIds(slack))
      }),
    )
  }
})
