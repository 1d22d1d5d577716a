// Two commands in one campaign at once.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { campaignFolder, extendCampaign, lockCampaign, openCampaign, startCampaign } from "../src/index.ts"
import { syncOffice } from "./syncOffice.ts"
import { requestOf } from "./office.ts"

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
