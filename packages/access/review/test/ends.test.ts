// The ends of access for a time in a campaign: frozen when it starts, shown to reviewers, and part of the evidence.
import { assert, describe, it } from "@effect/vitest"
import { endsFrom } from "@rollcall/access"
import { Effect } from "effect"
import type { CampaignRequest } from "../src/index.ts"
import { campaignKey, checkEvidence, importAnswers, openCampaign, reviewerItems } from "../src/index.ts"
import { answered, finished, lead, reading, unzip } from "./campaigns.ts"
import { fileOf, tableOf } from "./tables.ts"

const membership = "group:it:member"
const user = (resource: string) => ({ resourceType: "user", resource })

const endsIn: CampaignRequest["endsIn"] = (workspace) =>
  Effect.succeed(
    workspace === "O1"
      ? endsFrom([
          {
            entitlement: membership,
            principal: user("bob"),
            endsAt: "2026-12-01T18:00:00.000Z",
            by: "Ann",
            reason: "stands in",
            isOfC1: false,
          },
          { entitlement: membership, principal: user("eve"), endsAt: "2026-12-02T08:30:00.000Z", isOfC1: true },
        ])
      : undefined,
  )

describe("a campaign about access that ends", () => {
  it.live("tells reviewers beside the item when it ends, who granted it and why, as it was known at the start", () =>
    Effect.gen(function* () {
      const { path, folder } = yield* answered({ endsIn })
      const campaign = yield* openCampaign(path)
      const { columns, items } = reviewerItems(campaign, yield* campaignKey(campaign), lead)
      const place = columns.indexOf("Ends")
      assert.deepStrictEqual(
        items.map(({ item, shown }) => [item, shown[place]]),
        [
          [5, "2026-12-01 18:00 UTC (lease of Ann: stands in)"],
          [6, "C1: until 2026-12-02 08:30 UTC"],
        ],
      )
      const altered = yield* tableOf(campaign, lead, {
        5: { Decision: "keep", Ends: "2027-12-01 18:00 UTC (lease of Ann: stands in)" },
        6: { Decision: "remove" },
      })
      const error = yield* Effect.flip(importAnswers(path, [fileOf(folder, "altered.csv", altered)]))
      assert.include(error.message, "its code does not fit")
    }),
  )

  it.live("has the ends in its evidence, which still checks, and no column where none are known", () =>
    Effect.gen(function* () {
      const { output, publicKey } = yield* finished({ endsIn })
      assert.isTrue((yield* checkEvidence(output, publicKey, reading)).signed)
      const decisionsIn = (path: string) =>
        Effect.map(
          Effect.promise(() => unzip(path)),
          (files) => String(files.get("decisions.csv")).split("\r\n"),
        )
      const lines = yield* decisionsIn(output)
      assert.match(lines[0] ?? "", /,Removal,Ends$/u)
      assert.match(lines[5] ?? "", /^5,bob,.*,2026-12-01 18:00 UTC \(lease of Ann: stands in\)$/u)
      const without = yield* finished()
      assert.match((yield* decisionsIn(without.output))[0] ?? "", /,Removal$/u)
      const campaign = yield* openCampaign(without.path)
      const { columns } = reviewerItems(campaign, yield* campaignKey(campaign), lead)
      assert.notInclude(columns, "Ends")
    }),
  )
})
