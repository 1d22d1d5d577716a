// The pictures of the documentation, `docs/pictures/NAME.png`.
import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Page } from "@rollcall/test-kit/chromium"
import type { Scope } from "effect"
import { Clock, Effect } from "effect"
import { servedShops } from "./servedShops.ts"
import type { SyncedBookshop } from "./syncedBookshop.ts"

/** A picture of a page in a browser. */
export interface Picture {
  readonly name: string
  /** Height of the window; it is 1280 wide. */
  readonly height: number
  /** Brings the page to where it is to be pictured. */
  readonly open: (page: Page, shop: SyncedBookshop) => Effect.Effect<void, unknown, Scope.Scope>
}

/** All of them. */
export const pictures: ReadonlyArray<Picture> = [
  {
    name: "report",
    height: 860,
    open: Effect.fnUntraced(function* (page, { folder, run }) {
      yield* run("report", "--out", "report.html", "--quiet")
      yield* Effect.promise(() => page.goto(pathToFileURL(join(folder, "report.html")).href))
    }),
  },
  {
    name: "reviewer",
    height: 940,
    open: Effect.fnUntraced(function* (page, { folder, run }) {
      writeFileSync(
        join(folder, "reviewers.csv"),
        "scope,reviewer,name,role\nall,chloe@lighthouse-books.example,Chloe Novak,CISO\n",
      )
      const year = new Date(yield* Clock.currentTimeMillis).getUTCFullYear()
      const campaign = [
        "--campaign",
        "q4",
        "--name",
        `${year}-Q4`,
        "--due",
        `${year}-12-31`,
        "--reviewers",
        "reviewers.csv",
      ]
      yield* run(
        "review",
        "start",
        ...campaign,
        "--scope",
        "admins",
        "--scope",
        "guests",
        "--accept-gap",
        "A picture needs one token.",
      )
      yield* run("review", "tables", "--campaign", "q4", "--format", "html")
      const [name = ""] = readdirSync(join(folder, "q4", "sheets"))
      yield* Effect.promise(async () => {
        await page.goto(pathToFileURL(join(folder, "q4", "sheets", name)).href)
        await page.getByRole("button", { name: "Access" }).click()
        const rows = page.locator("tbody tr")
        await rows.nth(0).getByText("keep", { exact: true }).click()
        await rows.nth(0).getByRole("textbox").fill("Orders for us until March.")
        await rows.nth(1).getByText("remove", { exact: true }).click()
        await rows.nth(2).getByText("keep", { exact: true }).click()
        await page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
      })
    }),
  },
  {
    name: "explorer",
    height: 700,
    open: Effect.fnUntraced(function* (page, { start }) {
      const link = yield* start("explorer", "--no-open")
      yield* Effect.promise(async () => {
        await page.goto(link)
        await page.getByRole("link", { name: "Groups" }).first().click()
        await page.getByRole("link", { name: "Web" }).click()
      })
    }),
  },
  {
    name: "console",
    height: 540,
    open: Effect.fnUntraced(function* (page, shop) {
      const link = yield* servedShops(shop)
      yield* Effect.promise(async () => {
        await page.goto(link)
        // Until each is as it stays.
        for (const state of ["Connected", "Degraded", "Failed", "records read"])
          await page.getByText(state).first().waitFor()
      })
    }),
  },
]
