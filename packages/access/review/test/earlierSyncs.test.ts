// What an archive and an earlier campaign tell of items: since when they are there, what is new, and what was granted again.
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { addToArchive } from "@rollcall/archive"
import { openAccess } from "@rollcall/access"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { campaignKey, closeCampaign, importAnswers, openCampaign, reviewerItems, startCampaign } from "../src/index.ts"
import { answered, boss, closing, lead } from "./campaigns.ts"
import type { Office } from "@rollcall/test-kit/office"
import { memberOf, office } from "@rollcall/test-kit/office"
import { syncOffice } from "./syncOffice.ts"
import { requestOf } from "./office.ts"
import { fileOf, tableOf } from "./tables.ts"

/** A copy of the office as it was at a time, in the archive. */
const archived = Effect.fnUntraced(function* (
  folder: string,
  at: string,
  what: Office,
  { type = "full", workspace = "O1" }: { readonly type?: string; readonly workspace?: string } = {},
) {
  const file = join(folder, "archived.c1z")
  yield* syncOffice(file, what)
  yield* addToArchive(join(folder, "archive"), file, workspace, ({ sha256, size }) =>
    Effect.scoped(
      Effect.map(openAccess(file), ({ sync }) => ({
        sync: { id: sync?.id ?? "", type, startedAt: at, endedAt: new Date(at).toISOString() },
        workspace: { id: workspace, name: "Acme", connector: "office" },
        sha256,
        size,
        counts: { resources: {}, entitlements: {}, grants: {} },
        gaps: [],
        changes: null,
      })),
    ),
  )
  return join(folder, "archive")
})

const without = (...ids: ReadonlyArray<string>): Office => ({
  ...office,
  grants: office.grants.filter(({ id }) => !ids.includes(id)),
})

const bobInIt = memberOf("it", "bob").id
const eveInIt = memberOf("it", "eve").id

const sinceOf = Effect.fnUntraced(function* (path: string) {
  const campaign = yield* openCampaign(path)
  return new Map([...campaign.items.values()].map(({ grant, firstSeen }) => [grant, firstSeen]))
})

describe("since when access is there", () => {
  it.live("is the first of the syncs of the archive since which all show it, and not known without an archive", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const archive = yield* archived(folder, "2026-01-01", office)
      yield* archived(folder, "2026-02-01", without(bobInIt))
      yield* archived(folder, "2026-03-01", without(eveInIt))
      yield* archived(folder, "2026-04-01", without(eveInIt))
      // Neither says anything about all of the workspace.
      yield* archived(folder, "2026-05-01", without(bobInIt), { type: "partial" })
      yield* archived(folder, "2026-06-01", without(bobInIt), { workspace: "O2" })
      yield* syncOffice(join(folder, "sync.c1z"))
      yield* startCampaign(requestOf(folder, { archive }))
      const campaign = yield* openCampaign(join(folder, "campaign"))
      const since = yield* sinceOf(campaign.folder.path)
      const frozen = campaign.started.sync.endedAt.slice(0, 10)
      assert.deepStrictEqual(
        [since.get(bobInIt), since.get(eveInIt), [...since.values()][0]],
        ["2026-03-01", frozen, "2026-01-01"],
      )
      const { items, columns } = reviewerItems(campaign, yield* campaignKey(campaign), boss)
      assert.strictEqual(items[0]?.shown[columns.indexOf("Since")], "first seen in the sync of 2026-01-01")
      yield* startCampaign(requestOf(folder, { folder: join(folder, "other") }))
      assert.deepStrictEqual(new Set((yield* sinceOf(join(folder, "other"))).values()), new Set([null]))
    }),
  )

  it.live("is not told by a sync that could not see it", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const gap = { resourceType: "group", missing: "members", reason: "scope", explanation: "No scope." } as const
      yield* archived(folder, "2026-01-01", office)
      const archive = yield* archived(folder, "2026-02-01", { ...without(bobInIt), gaps: [gap] })
      yield* syncOffice(join(folder, "sync.c1z"))
      yield* startCampaign(requestOf(folder, { archive }))
      assert.strictEqual((yield* sinceOf(join(folder, "campaign"))).get(bobInIt), "2026-01-01")
    }),
  )
})

describe("an earlier campaign", () => {
  it.live("tells what is new by its file, also of what it did not review", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      yield* syncOffice(join(folder, "sync.c1z"), without(eveInIt))
      const previous = join(folder, "campaign")
      yield* startCampaign(requestOf(folder, { scopes: ["admins"] }))
      yield* syncOffice(join(folder, "sync.c1z"))
      yield* startCampaign(requestOf(folder, { folder: join(folder, "next"), previous }))
      const { items } = yield* openCampaign(join(folder, "next"))
      const isNew = new Map([...items.values()].map((item) => [item.grant, item.isNew]))
      assert.deepStrictEqual([isNew.get(eveInIt), isNew.get(bobInIt)], [true, false])
    }),
  )

  it.live("of another workspace is refused", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const file = join(folder, "sync.c1z")
      yield* syncOffice(file)
      yield* startCampaign(requestOf(folder))
      yield* syncOffice(join(folder, "other.c1z"), { ...office, id: "O2" })
      const request = requestOf(folder, { folder: join(folder, "next"), file: join(folder, "other.c1z") })
      const error = yield* Effect.flip(startCampaign({ ...request, previous: join(folder, "campaign") }))
      assert.include(error.message, "is about another workspace")
    }),
  )
})

describe("a removal that was gone and granted again since the freeze", () => {
  it.live("goes back to its reviewer, who can confirm it", () =>
    Effect.gen(function* () {
      const { folder, file, path } = yield* answered()
      const { started } = yield* openCampaign(path)
      const soon = new Date(Date.parse(started.sync.endedAt) + 1).toISOString()
      const archive = yield* archived(folder, soon, without(bobInIt))
      yield* syncOffice(file)
      const error = yield* Effect.flip(closeCampaign(path, { ...closing(file), archive }))
      assert.match(error.message, /item 5 \(bob, reviewed by lead@example\.com\): it was gone in the sync of .* again/)
      const again = yield* tableOf(yield* openCampaign(path), lead, { 5: { Decision: "remove", Comment: "still" } })
      yield* importAnswers(path, [fileOf(folder, "again.csv", again)])
      const event = yield* closeCampaign(path, { ...closing(file), archive })
      assert.strictEqual(event.dispositions[4]?.disposition, "revoke")
    }),
  )
})
