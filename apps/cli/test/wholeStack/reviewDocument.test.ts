// The page about reviews can be followed: its commands, pasted one after the other, make a campaign from start to evidence.
import { generateKeyPairSync } from "node:crypto"
import { writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import type { DecisionFile } from "@rollcall/review"
import { campaignKey, openCampaign, reviewerItems } from "@rollcall/review"
import { Effect } from "effect"
import { businessPlusWorld } from "./businessPlus.ts"
import { blocksOf, readPage, terminal } from "./pastedPage.ts"

const page = readPage("access-review")

/** A date that `start` takes on any day on which this runs, instead of the page's, which passes. */
const dueLater = (commands: string): string => commands.replace(/--due \d{4}-\d{2}-\d{2}/u, "--due 2099-12-31")

/** What the page has to be pasted, but for the simulated workspace, which is there. */
const blocks = blocksOf(dueLater(page)).filter((block) => !block.startsWith("rollcall simulate"))

/**
 * What the reviewers' pages save: who is in the group leaves it, one role goes, which people take away, and one guest is disabled. All else
 * stays.
 */
const answer = Effect.fnUntraced(function* (folder: string) {
  const campaign = yield* openCampaign(join(folder, "q4"))
  const key = yield* campaignKey(campaign)
  const all = [...campaign.items.values()]
  const role = all.find(({ entitlement }) => /^workspaceRole:.*:admin:/u.test(entitlement.id))?.item
  const guest = all.findLast(
    ({ account, entitlement }) => account.kind === "guest" && !entitlement.id.startsWith("group:"),
  )?.item
  assert.isDefined(role)
  assert.isDefined(guest)
  for (const email of campaign.reviewers.keys()) {
    const { items, columns } = reviewerItems(campaign, key, email)
    const file: DecisionFile = {
      format: "rollcall-decisions",
      version: 1,
      reviewer: email,
      columns,
      items: items.map(({ item, code, shown }) => {
        const of = (title: string) => shown[columns.indexOf(title)] ?? ""
        const goes = of("Entitlement ID").startsWith("group:") || item === role
        const decision = item === guest ? "disable" : goes ? "remove" : "keep"
        return { item, code, shown, decision, comment: "as before" }
      }),
    }
    writeFileSync(join(folder, `decisions-2026-Q4-${email}.json`), JSON.stringify(file))
  }
})

/** As the page makes them, on machines that have no OpenSSL too. */
const makeKeys = (folder: string) => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519")
  writeFileSync(join(folder, "review.key"), privateKey.export({ type: "pkcs8", format: "pem" }))
  writeFileSync(join(folder, "review.pub"), publicKey.export({ type: "spki", format: "pem" }))
}

describe("the page about access reviews", () => {
  it.live("leads from start to evidence, with its commands as they stand there", () =>
    Effect.gen(function* () {
      // As `rollcall simulate` makes it with the flags that the page gives it.
      const town = yield* businessPlusWorld({ users: 100, userGroups: 10, idpGroups: 2, seed: 1 })
      const folder = dirname(town.file)
      const paste = terminal(folder, town.environment)
      const said: Array<string> = []
      for (const block of blocks) {
        if (block.includes("review import")) yield* answer(folder)
        if (block.startsWith("openssl")) makeKeys(folder)
        else said.push(yield* paste(block))
      }
      assert.match(said.join(""), /lead@example\.com reviews \d+ items?/)
      assert.match(
        said.join(""),
        /Removals: [1-9]\d* gone, 0 accepted, 1 open\.\n {2}item \d+, remove: .*: still there/,
      )
      assert.match(said.join(""), /Accepted for 1 item\./)
      assert.match(
        said.at(-1) ?? "",
        /2026-Q4 is signed off: .*\n.*all figures add up\.\n1 of 1 verification computed again\.\n[1-9]\d* lines? of the audit log about the removals\.\nIt was signed with the key/,
      )
    }),
  )
})
