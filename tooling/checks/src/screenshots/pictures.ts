// The pictures of the documentation, `docs/pictures/NAME.png`.
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Page } from "@rollcall/test-kit/chromium"
import type { Scope } from "effect"
import { Effect } from "effect"
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
]
