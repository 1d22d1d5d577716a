// Two commands in one campaign at once, and one that is killed at any point of its work.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { campaignFolder, extendCampaign, lockCampaign, openCampaign, startCampaign } from "../src/index.ts"
import { requestOf, syncOffice } from "./office.ts"

const begun = Effect.fnUntraced(function* () {
  const folder = yield* scratchFolder("review")
  yield* syncOffice(join(folder, "sync.c1z"))
  yield* startCampaign(requestOf(folder))
  return join(folder, "campaign")
})

describe("two commands in a campaign", () => {
  it.live("wait for each other, and the second gives up after some seconds", () =>
    Effect.gen(function* () {
      const path = yield* begun()
      const error = yield* Effect.scoped(
        Effect.andThen(lockCampaign(campaignFolder(path)), Effect.flip(extendCampaign(path, "2027-01-31", "late"))),
      )
      assert.strictEqual(error.kind, "busy")
      yield* extendCampaign(path, "2027-01-31", "late")
      assert.strictEqual((yield* openCampaign(path)).due, "2027-01-31")
    }),
  )
})

describe("a command that is killed", () => {
  it.live("leaves a whole log, to which the next command appends", () =>
    Effect.gen(function* () {
      const path = yield* begun()
      for (let wait = 0; wait < 3; wait++) {
        const child = spawn(process.execPath, [fileURLToPath(new URL("extendForEver.ts", import.meta.url)), path], {
          stdio: ["ignore", "pipe", "inherit"],
        })
        yield* Effect.promise(() => once(child.stdout, "data"))
        for (let lines = 0; lines < wait; lines++) yield* Effect.promise(() => once(child.stdout, "data"))
        child.kill("SIGKILL")
        yield* Effect.promise(() => once(child, "close"))
        const before = yield* openCampaign(path)
        yield* extendCampaign(path, "2027-01-31", "after a kill")
        assert.strictEqual((yield* openCampaign(path)).log.lines.length, before.log.lines.length + 1)
      }
    }),
  )
})
