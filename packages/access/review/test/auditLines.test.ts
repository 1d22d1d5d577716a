// Which lines of an audit log are a campaign's.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import {
  campaignAudit,
  campaignMark,
  checkEvidence,
  closeCampaign,
  makeEvidence,
  openCampaign,
  readCampaignAudit,
} from "../src/index.ts"
import { answered, closing, finished } from "./campaigns.ts"
import { syncOffice } from "./syncOffice.ts"

const of = (principal: string) => ({ entitlement: "group:it:member", principal: `user:${principal}` })

const line = (target: Record<string, string>, statedReason?: string, time = "2099-12-01T00:00:00Z") =>
  JSON.stringify({ time, requestId: "1", statedReason, target })

describe("the lines of an audit log", () => {
  it.live("are a campaign's by its id, the grant and its close, and not by its name, which others have too", () =>
    Effect.gen(function* () {
      const { path } = yield* finished()
      const other = yield* answered()
      const open = yield* openCampaign(other.path)
      yield* syncOffice(other.file)
      yield* closeCampaign(other.path, closing(other.file))
      const [campaign, second] = [yield* openCampaign(path), yield* openCampaign(other.path)]
      const [mark, theirs] = [campaignMark(campaign), campaignMark(second)]
      assert.notStrictEqual(mark, theirs)
      const own = [line(of("bob"), `${mark} item 5`), line(of("eve"), `${mark} item 6`)]
      const log = [
        ...own,
        line(of("bob"), `${theirs} item 5`),
        line(of("bob"), "2026-Q4 item 5"),
        line(of("ada"), `${mark} item 5`),
        line(of("bob"), `${mark} item 5`, "2000-01-01T00:00:00Z"),
        line(of("bob")),
        '{"time":',
      ].join("\n")
      const linesIn = (one: typeof campaign) => campaignAudit(log, one).lines.map(({ line: found }) => found)
      assert.deepStrictEqual(linesIn(campaign), own)
      assert.deepStrictEqual(linesIn(second), [line(of("bob"), `${theirs} item 5`)])
      assert.deepStrictEqual(linesIn(open), [])
    }),
  )

  it.live("tell of the last change of what is removed, whatever reason was stated, and of the account of an item", () =>
    Effect.gen(function* () {
      const { path } = yield* finished()
      const campaign = yield* openCampaign(path)
      const last = (...lines: ReadonlyArray<string>) => campaignAudit(lines.join("\n"), campaign).lastChange
      const [sooner, later] = ["2099-12-01T00:00:00Z", "2099-12-02T00:00:00Z"]
      const own = line(of("eve"), `${campaignMark(campaign)} item 6`, sooner)
      assert.strictEqual(last(own, line(of("bob"), undefined, later)), later)
      assert.strictEqual(last(own, line({ user_id: "gil" }, "left", later)), later)
      assert.strictEqual(last(own, line(of("ada"), "other", later), line({ user_id: "ada" }, "left", later)), sooner)
    }),
  )

  it.live("are counted by the evidence, which tells too that no log was given", () =>
    Effect.gen(function* () {
      const { folder, path, output } = yield* finished()
      const without = yield* checkEvidence(output, undefined)
      assert.deepStrictEqual([without.auditLines, without.hasSignature], [undefined, true])
      const campaign = yield* openCampaign(path)
      const log = join(folder, "audit.ndjson")
      writeFileSync(log, [line(of("bob"), `${campaignMark(campaign)} item 5`), line(of("ada"), "other")].join("\n"))
      const again = join(folder, "again.zip")
      const { lines: audit } = yield* readCampaignAudit(log, campaign)
      yield* makeEvidence({ campaign: path, output: again, force: false, audit })
      const checked = yield* checkEvidence(again, undefined)
      assert.deepStrictEqual([checked.auditLines, checked.hasSignature], [1, false])
    }),
  )

  it.live("are not looked for in what is no audit log, or is not there", () =>
    Effect.gen(function* () {
      const { path } = yield* finished()
      const campaign = yield* openCampaign(path)
      const folder = yield* scratchFolder("review")
      const other = join(folder, "reviewers.csv")
      writeFileSync(other, "scope,reviewer\nall,boss@example.com\n")
      const errors = yield* Effect.forEach([other, join(folder, "missing")], (file) =>
        Effect.flip(readCampaignAudit(file, campaign)),
      )
      assert.deepStrictEqual(
        errors.map(({ reason, message }) => [reason, message.replace(folder, "")]),
        [
          ["Unusable", "/reviewers.csv is no audit log."],
          ["Missing", "/missing cannot be read: there is no such file."],
        ],
      )
    }),
  )
})
