// A reviewer who answers in their page: in a browser where there is one, else by the file that the page would save.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { hasChromium, openBrowser, watchedPage } from "@rollcall/test-kit/chromium"
import type { ReviewerPageData, SavedDecisions } from "@rollcall/review"
import { Effect } from "effect"

/** Disables every account of the page, and gives the path of the file with the decisions. */
export const filledPage = Effect.fnUntraced(function* (path: string, folder: string) {
  if (hasChromium) return yield* inBrowser(path, folder)
  const file = join(folder, "decisions.json")
  writeFileSync(file, JSON.stringify(byHand(readFileSync(path, "utf8"))))
  return file
}, Effect.scoped)

const inBrowser = Effect.fnUntraced(function* (path: string, folder: string) {
  const { page } = yield* watchedPage(yield* openBrowser)
  return yield* Effect.promise(async () => {
    await page.goto(pathToFileURL(path).href)
    const picks = page.getByRole("radiogroup").getByText("disable the account", { exact: true })
    // oxlint-disable-next-line no-await-in-loop -- A reviewer clicks once at a time.
    for (const pick of await picks.all()) await pick.click()
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download decisions" }).click(),
    ])
    const file = join(folder, download.suggestedFilename())
    await download.saveAs(file)
    return file
  })
})

const byHand = (html: string): SavedDecisions => {
  const data: ReviewerPageData = JSON.parse(/id="data">(?<json>.*?)<\/script>/su.exec(html)?.groups?.["json"] ?? "")
  return {
    format: "rollcall-decisions",
    version: 1,
    reviewer: data.reviewer.email,
    columns: data.columns,
    items: data.items.map(({ item, code, shown }) => ({ item, code, shown, decision: "disable", comment: "" })),
  }
}
