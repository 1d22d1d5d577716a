// A real browser for tests of pages: the Chromium that `BATON_TEST_CHROMIUM` names, or one that the machine has. `.ci/run` fetches one.
import { existsSync } from "node:fs"
import type { AxeResults } from "axe-core"
import axe from "axe-core"
import type { Scope } from "effect"
import { Effect } from "effect"
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core"
import { chromium } from "playwright-core"

export type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core"

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

/** Where a text stands in the data of a page: the names and places that lead there. */
export type TextPath = ReadonlyArray<string>

/** A page whose data is hostile wherever it has a text, and these texts by where they stand. */
export interface HostilePage {
  readonly html: string
  readonly texts: ReadonlyMap<string, string>
}

/**
 * The page with text that is a script as an address, as markup and as an attribute for each text of its data, whatever fields that has,
 * so that no field is forgotten. `isOurs` says which texts are words of the project, which choose what is drawn. What runs sets `ran`.
 */
export const hostilePageOf = (html: string, isOurs: (place: TextPath) => boolean): HostilePage => {
  const [before = "", begin = "", block = "null", after = ""] = html.split(/(id="data">)(.*?)(?=<\/script>)/su)
  const texts = new Map<string, string>()
  const hostile = (value: unknown, place: TextPath): unknown => {
    if (Array.isArray(value)) return value.map((one, at) => hostile(one, [...place, String(at)]))
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, hostile(one, [...place, name])]))
    if (typeof value !== "string" || isOurs(place)) return value
    const text = `javascript:ran=${texts.size}//</script><script>ran=1</script>'"><img src=x onerror=ran=1>`
    texts.set(place.join("."), text)
    return text
  }
  const json = JSON.stringify(hostile(JSON.parse(block), [])).replaceAll("<", String.raw`\u003c`)
  return { html: [before, begin, json, after].join(""), texts }
}

/** What data did in a page where it may do nothing, and where texts stand that the page does not show. */
export interface HostileEffects {
  /** Whether a script ran, elements that are not the page's, and addresses that are made of data. */
  readonly effects: ReadonlyArray<string>
  readonly hidden: ReadonlyArray<string>
}

/** Looks at a page of `hostilePageOf` that is open. */
export const hostileEffects = (page: Page, { texts }: HostilePage): Effect.Effect<HostileEffects> =>
  Effect.promise(async () => {
    const effects = await page.evaluate<ReadonlyArray<string>>(`[
      ...("ran" in window ? ["It ran."] : []),
      ...[...document.querySelectorAll("img, iframe, object, embed, header script, main script")].map((it) => it.outerHTML),
      ...[...document.querySelectorAll("[href], [src], [action], [formaction]")]
        .flatMap((it) => ["href", "src", "action", "formaction"].map((name) => it.getAttribute(name) ?? ""))
        .filter((address) => address.includes("ran=") && !address.startsWith("#")),
    ]`)
    const shown = await page.evaluate<string>(
      "[document.body.innerText, ...[...document.querySelectorAll('input, textarea')].map(({ value }) => value)].join('\\n')",
    )
    return { effects, hidden: [...texts].flatMap(([place, text]) => (shown.includes(text) ? [] : [place])) }
  })
