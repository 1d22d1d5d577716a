// What the same sources take on any machine: calls, time at published limits by a virtual clock, bytes written, and in which class of
// memory a sync is. Processor time and time by the clock are measured by `pnpm bench` alone.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { bundled } from "@rollcall/test-kit/bundles"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { businessPlusFigures } from "../src/businessPlusFigures.ts"
import type { Figure } from "../src/Figure.ts"
import { figureTable, isReached } from "../src/Figure.ts"
import { measureNode } from "../src/measuredProcess.ts"
import { proFigures } from "../src/proFigures.ts"
import { startSimulatedSlack } from "../src/simulatedProcesses.ts"

/** The figures that are missed, as a table; empty where there are none. */
const missed = (figures: ReadonlyArray<Figure>): string =>
  figures.every(isReached) && figures.length > 0 ? "" : figureTable(figures)

describe("a sync takes no more than it has to", () => {
  it("in calls and time, of 2,000 people on Pro", async () => {
    assert.strictEqual(missed(await proFigures(2000)), "")
  })

  it("in calls and time, of 2,000 people on Business+", async () => {
    assert.strictEqual(missed(await businessPlusFigures({ users: 2000, userGroups: 50, idpGroups: 150 })), "")
  })

  it.live.skipIf(process.platform !== "linux")(
    "in bytes written and memory, of 10,000 people on Business+ (skipped where it is not Linux)",
    () =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder("bench")
        const command = yield* Effect.promise(() => bundled("cli"))
        const size = { plan: "business-plus", users: 10_000, userGroups: 50, idpGroups: 20 } as const
        const slack = yield* startSimulatedSlack(command, size)
        const taken = yield* Effect.promise(() =>
          measureNode([command, "sync", "--quiet", "--file", join(folder, "sync.c1z")], {
            BATON_TOKEN: slack.botToken,
            BATON_BASE_URL: slack.webApiUrl,
            BATON_BUSINESS_PLUS_TOKEN: slack.userToken,
            BATON_SCIM_BASE_URL: slack.scimUrl,
            BATON_RATE_LIMITS: "off",
          }),
        )
        // What two steps tell of an account stands in the work file as bytes, twice: 112 MB, where JSON that was parsed again took 99.
        assert.isAtMost(taken.writtenMegabytes, 118)
        // A container of 256 MiB holds it. How Node's binary is mapped alone moves the peak by 20 MB.
        assert.isAtMost(taken.peakMegabytes, 220)
      }).pipe(Effect.scoped),
  )
})
