// A real browser for tests of pages: the Chromium that `BATON_TEST_CHROMIUM` names, or one that the machine has. `.ci/run` fetches one.
import { existsSync } from "node:fs"
import type { AxeResults } from "axe-core"
import axe from "axe-core"
import type { Scope } from "effect"
import { Effect } from "effect"
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core"
import { chromium } from "playwright-core"

export type { Browser, BrowserContext, Page } from "playwright-core"

const named = process.env["BATON_TEST_CHROMIUM"]

const path =
  named ??
  [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  ].find((it) => existsSync(it))

/** Whether there is one. Where the variable is set there has to be one: then what needs it fails without. */
export const hasChromium = path !== undefined

// What it would do by itself: ask its makers' hosts for updates and the like. Tests watch what a page asks for.
const quiet = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  "--disable-gpu",
  // Tests run as root in containers, where its sandbox does not start; they open only pages of ours.
  "--no-sandbox",
]

/** A running browser, closed when the scope ends. */
export const openBrowser: Effect.Effect<Browser, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(() => {
    if (path === undefined)
      throw new Error("There is no Chromium: name one with BATON_TEST_CHROMIUM (.ci/browser fetches one).")
    return chromium.launch({ executablePath: path, args: quiet, headless: true })
  }),
  (browser) => Effect.promise(() => browser.close()),
)

/** A page in a profile of its own, and what happened in it that must not. */
export interface WatchedPage {
  readonly page: Page
  readonly context: BrowserContext
  /** The addresses that it asked for, but for the documents that a test opened. */
  readonly requests: ReadonlyArray<string>
  /** Errors of scripts, refusals by the policy, dialogs, and windows that opened. */
  readonly faults: ReadonlyArray<string>
}

/** Opens an empty page that keeps a record of each request and of each fault. */
export const watchedPage = (
  browser: Browser,
  options: BrowserContextOptions = {},
): Effect.Effect<WatchedPage, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const context = await browser.newContext(options)
      const page = await context.newPage()
      const requests: Array<string> = []
      const faults: Array<string> = []
      page.on("request", (request) => {
        if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) requests.push(request.url())
      })
      page.on("pageerror", (error) => faults.push(`error: ${error.message}`))
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") faults.push(`console: ${message.text()}`)
      })
      page.on("dialog", (dialog) => {
        faults.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      context.on("page", (opened) => faults.push(`window: ${opened.url()}`))
      return { page, context, requests, faults }
    }),
    ({ context }) => Effect.promise(() => context.close()),
  )

/** What axe finds in a page that is serious or critical, each with the elements that it is about. */
export const seriousBarriers = (page: Page): Effect.Effect<ReadonlyArray<string>> =>
  Effect.promise(async () => {
    // Through the browser's protocol, which the page's policy does not bind.
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate<AxeResults>("axe.run()")
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`)
  })
