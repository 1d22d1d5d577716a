// A campaign whose reviewers get pages, and a reviewer who opens theirs in a browser.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Browser, Page } from "@rollcall/test-kit/chromium"
import { watchedPage } from "@rollcall/test-kit/chromium"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Schema } from "effect"
import type { CampaignRequest } from "../src/index.ts"
import { DecisionFile, openCampaign, startCampaign, writeTables } from "../src/index.ts"
import type { Office } from "@rollcall/test-kit/office"
import { office } from "@rollcall/test-kit/office"
import { syncOffice } from "./syncOffice.ts"
import { requestOf } from "./office.ts"

/** A campaign about an office, in a folder of its own. */
export const campaignOf = Effect.fnUntraced(function* (what: Office = office, more: Partial<CampaignRequest> = {}) {
  const folder = yield* scratchFolder("review")
  yield* syncOffice(join(folder, "sync.c1z"), what)
  yield* startCampaign(requestOf(folder, more))
  const campaign = yield* openCampaign(join(folder, "campaign"))
  return { folder, campaign, path: campaign.folder.path }
})

/** The path of the page that the reviewer gets. */
export const pageFor = Effect.fnUntraced(function* (path: string, email: string) {
  const [written] = yield* writeTables(yield* openCampaign(path), email, "html")
  return written?.path ?? ""
})

/** Opens a page of ours from its file; `before` runs in it before anything else. */
export const openPage = Effect.fnUntraced(function* (browser: Browser, path: string, before = "") {
  const watched = yield* watchedPage(browser, { viewport: { width: 1280, height: 900 } })
  yield* Effect.promise(async () => {
    if (before !== "") await watched.page.addInitScript({ content: before })
    await watched.page.goto(pathToFileURL(path).href)
  })
  return watched
})

/** Chooses a decision about an item by mouse. */
export const decide = (page: Page, item: number, words: string): Promise<void> =>
  page
    .getByRole("radiogroup", { name: `Decision on item ${item}:` })
    .getByText(words, { exact: true })
    .click()

/** Where the comment on an item is typed. */
export const commentOn = (page: Page, item: number) => page.getByLabel(`Comment on item ${item}`, { exact: true })

/** The file that the page saves when its button is pressed. */
export const savedBy = async (page: Page, name: string, folder: string) => {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name }).press("Enter"),
  ])
  const path = join(folder, download.suggestedFilename())
  await download.saveAs(path)
  return path
}

/** What a saved file decides. */
export const decisionsIn = (path: string) =>
  Schema.decodeUnknownSync(Schema.fromJsonString(DecisionFile))(readFileSync(path, "utf8")).items.map(
    ({ item, decision, comment }) => [item, decision, comment],
  )
