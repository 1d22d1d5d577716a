import { dirname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { writeFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { hasChromium, openBrowser, seriousBarriers, watchedPage } from "@rollcall/test-kit/chromium"
import { pageScriptOf } from "@rollcall/test-kit/page-script"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { BrowserContextOptions } from "@rollcall/test-kit/chromium"
import { Effect, Stream } from "effect"
import { htmlPage, policyOf } from "../src/index.ts"

// Whatever a browser might take for more than text: markup, the end of the data, escapes, directions, addresses, formulas.
const hostile = [
  "</script><script>document.title='ran'</script>",
  "</title /><script>document.title='ran'</script>",
  "<img src=x onerror=alert(1)>",
  "<!--<script>",
  "]]>{}\u2028\u2029",
  "\u202egnp.exe",
  "\u0000\u001b[2J",
  "javascript:alert(1)",
  "${1}`\\",
  "&lt;b&gt;&amp;",
  "__proto__",
  "\ud800",
]

/** What a page shows of it. */
const escaped = (name: string): string =>
  name
    .replace("\u2028\u2029", String.raw`\u2028\u2029`)
    .replace("\u202e", String.raw`\u202e`)
    .replace("\u0000\u001b", String.raw`\u0000\u001b`)
    .replace("\ud800", String.raw`\ud800`)

const people = hostile.flatMap((name, at) => [
  { name, held: at, kind: name },
  { name: `Person ${at}`, held: at * 1_000, kind: at % 2 === 0 ? "guest" : "member" },
])
const manyRows = Array.from({ length: 120 }, (_, at) => ({ name: `Person ${at}`, held: at, kind: "member" }))

const run = <A>(step: () => Promise<A>) => Effect.promise(step)

const scratchPage = Effect.fn(function* (
  data: ReadonlyArray<object>,
  title = "A page",
  options: BrowserContextOptions = {},
) {
  const folder = yield* scratchFolder("page")
  const script = yield* Effect.promise(() =>
    pageScriptOf(join(dirname(fileURLToPath(import.meta.url)), "browser", "page.ts")),
  )
  const facts = hostile.map((text) => [text, text])
  const page = { title, script, data: { title, facts }, rows: { rows: Stream.fromIterable(data) } }
  const text = (yield* Stream.runCollect(htmlPage(page))).join("")
  const path = join(folder, "page.html")
  writeFileSync(path, text)
  const watched = yield* watchedPage(yield* openBrowser, options)
  yield* Effect.promise(() => watched.page.goto(pathToFileURL(path).href))
  return { ...watched, text, policy: policyOf(page) }
})

describe("htmlPage", () => {
  it.effect("Data that is hostile leaves the text of the page as it is written around it.", () =>
    Effect.gen(function* () {
      const data = { one: hostile[0], nothing: undefined, many: { hostile } }
      const rows = { list: Stream.fromIterable(hostile), empty: Stream.empty }
      const text = (yield* Stream.runCollect(htmlPage({ title: hostile[0] ?? "", script: "1", data, rows }))).join("")
      assert.lengthOf(text.match(/<\/script>/gu) ?? [], 2)
      assert.notInclude(text, "<!--")
      assert.notInclude(text, "\u202e")
      const block = /id="data">(.*?)<\/script>/su.exec(text)?.[1] ?? ""
      const read: unknown = JSON.parse(block)
      const texts = hostile.map(escaped)
      assert.deepStrictEqual(read, {
        list: texts,
        empty: [],
        one: hostile[0],
        nothing: null,
        many: { hostile: texts },
      })
    }),
  )

  it("The policy lets the page's own style and script run, by their hashes, and nothing be fetched.", () => {
    assert.match(
      policyOf({ script: "1" }),
      /^default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'$/u,
    )
  })
})

describe.runIf(hasChromium)("A page in Chromium", () => {
  it.live("shows hostile text as text: nothing of it runs, and nothing is fetched.", () =>
    Effect.gen(function* () {
      const title = hostile.join(" ")
      const { page, requests, faults } = yield* scratchPage(people, title)
      const text = yield* Effect.promise(() => page.innerText("body"))
      for (const shown of [
        "<img src=x onerror=alert(1)>",
        String.raw`\u202egnp.exe`,
        String.raw`\u0000\u001b[2J`,
        "</script><script>document.title='ran'</script>",
      ]) {
        assert.include(text, shown)
      }
      assert.strictEqual(
        yield* Effect.promise(() => page.locator("img, iframe, main script, main a[href]:not([href^='#'])").count()),
        0,
      )
      assert.strictEqual(
        yield* run(() => page.evaluate("document.querySelector('title').text")),
        hostile.map(escaped).join(" "),
      )
      assert.deepStrictEqual({ requests, faults }, { requests: [], faults: [] })
    }).pipe(Effect.scoped),
  )

  it.live("refuses what a script that was slipped in would try: markup, other scripts, requests.", () =>
    Effect.gen(function* () {
      const { page, faults } = yield* scratchPage(people)
      const tries = [
        "document.body.innerHTML = '<b>x</b>'",
        "(() => { const made = document.createElement('script'); made.textContent = 'window.ran = 1'; document.body.append(made) })()",
        "(() => { const made = document.createElement('button'); document.body.append(made); made.setAttribute('onclick', 'window.ran = 1'); made.click() })()",
        "fetch('http://127.0.0.1:9/')",
        "(() => { const made = new Image(); made.src = 'http://127.0.0.1:9/'; document.body.append(made) })()",
      ]
      for (const attempt of tries) yield* Effect.promise(() => page.evaluate(attempt).catch(() => undefined))
      assert.isUndefined(yield* Effect.promise(() => page.evaluate("window.ran")))
      const refused = faults.filter((fault) => /Content Security Policy|TrustedHTML|Trusted/u.test(fault))
      assert.isAtLeast(refused.length, tries.length - 1)
    }).pipe(Effect.scoped),
  )

  it.live("is searched, filtered, sorted and paged by keyboard, and says where it is.", () =>
    Effect.gen(function* () {
      const { page } = yield* scratchPage(manyRows)
      const status = run(() => page.innerText("[role=status]"))
      const first = run(() => page.innerText("tbody tr:first-child td:first-child"))
      assert.strictEqual(yield* status, "Rows 1 to 50 of 120")
      yield* run(() => page.getByRole("button", { name: "Later rows" }).press("Enter"))
      assert.strictEqual(yield* status, "Rows 51 to 100 of 120")
      yield* run(() => page.getByRole("button", { name: "Held" }).press("Enter"))
      yield* run(() => page.getByRole("button", { name: "Held" }).press("Enter"))
      assert.strictEqual(yield* first, "Person 119")
      assert.strictEqual(
        yield* run(() => page.getByRole("columnheader", { name: "Held" }).getAttribute("aria-sort")),
        "descending",
      )
      yield* run(() => page.getByLabel("Search").fill("person 11"))
      assert.strictEqual(yield* status, "Rows 1 to 11 of 11 found among 120")
      yield* run(() => page.getByLabel("Kind").selectOption("Guests"))
      assert.strictEqual(yield* status, "Nothing to show.")
    }).pipe(Effect.scoped),
  )

  it.live("shows a row that is asked for, on another page or behind a search and a filter.", () =>
    Effect.gen(function* () {
      const { page } = yield* scratchPage(manyRows)
      const showLast = run(() => page.getByRole("button", { name: "Show the last" }).click())
      const status = run(() => page.innerText("[role=status]"))
      yield* showLast
      assert.strictEqual(yield* status, "Rows 101 to 120 of 120")
      yield* run(() => page.getByLabel("Search").fill("Person 1"))
      yield* showLast
      assert.strictEqual(yield* status, "Rows 1 to 31 of 31 found among 120")
      yield* run(() => page.getByLabel("Search").fill("Person 7"))
      yield* run(() => page.getByLabel("Kind").selectOption("Guests"))
      yield* showLast
      assert.strictEqual(yield* status, "Rows 101 to 120 of 120")
      assert.strictEqual(yield* run(() => page.getByLabel("Search").inputValue()), "")
    }).pipe(Effect.scoped),
  )

  it.live.each(["light", "dark"] as const)("has no serious barrier that axe knows, on a %s screen.", (colorScheme) =>
    Effect.gen(function* () {
      const { page } = yield* scratchPage(manyRows)
      yield* Effect.promise(() => page.emulateMedia({ colorScheme }))
      assert.deepStrictEqual(yield* seriousBarriers(page), [])
    }).pipe(Effect.scoped),
  )

  it.live("shows where the keyboard is, skips to the content, and leads to the parts.", () =>
    Effect.gen(function* () {
      const { page } = yield* scratchPage(manyRows)
      const focused = (of: string) => run(() => page.evaluate(`document.activeElement.${of}`))
      yield* run(() => page.keyboard.press("Tab"))
      assert.strictEqual(yield* focused("textContent"), "Skip to the content")
      const { x, y } = (yield* run(() => page.getByText("Skip to the content").boundingBox())) ?? assert.fail()
      assert.isTrue(x >= 0 && y >= 0)
      assert.strictEqual(
        yield* run(() => page.evaluate("getComputedStyle(document.activeElement).outlineStyle")),
        "solid",
      )
      yield* run(() => page.keyboard.press("Enter"))
      assert.strictEqual(yield* focused("id"), "content")
      const links = page.getByRole("navigation", { name: "Parts of this page" }).getByRole("link")
      assert.deepStrictEqual(yield* run(() => links.allInnerTexts()), ["Figures", "Chart", "People"])
      yield* run(() => links.last().press("Enter"))
      assert.match(page.url(), /#people$/u)
    }).pipe(Effect.scoped),
  )

  it.live("is dark where the screen is to be dark, and black on white on paper all the same.", () =>
    Effect.gen(function* () {
      const { page } = yield* scratchPage(manyRows)
      const colours = (media: "screen" | "print", colorScheme: "light" | "dark") =>
        run(async () => {
          await page.emulateMedia({ media, colorScheme })
          const [ink = 0, paper = 0] = await page.evaluate<ReadonlyArray<number>>(
            "['color', 'backgroundColor'].map((name) => Number(/\\d+/.exec(getComputedStyle(document.body)[name])[0]))",
          )
          return { ink, paper }
        })
      const [light, dark] = [yield* colours("screen", "light"), yield* colours("screen", "dark")]
      assert.isTrue(light.ink < 60 && light.paper > 240)
      assert.isTrue(dark.ink > 200 && dark.paper < 40)
      const all = () =>
        run(() =>
          page.evaluate(
            "['ink', 'soft', 'paper', 'raised', 'line', 'accent', 'bar', 'bad', 'warn', 'good'].map((name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`))",
          ),
        )
      assert.deepStrictEqual(yield* colours("print", "light"), { ink: 0, paper: 255 })
      const onPaper = yield* all()
      assert.deepStrictEqual(yield* colours("print", "dark"), { ink: 0, paper: 255 })
      assert.deepStrictEqual(yield* all(), onPaper)
      const isSeen = (selector: string) => run(() => page.locator(selector).first().isVisible())
      assert.deepStrictEqual(
        yield* Effect.forEach(["#figures", "#chart", "thead th button", "nav", ".controls", "main > button"], isSeen),
        [true, true, true, false, false, false],
      )
    }).pipe(Effect.scoped),
  )

  it.live("draws bars as long as what they count, each with its name and its number as text.", () =>
    Effect.gen(function* () {
      const { page } = yield* scratchPage(manyRows)
      const bars = page.getByRole("list", { name: "Held" })
      const lengths = yield* run(() =>
        bars.locator(".bar").evaluateAll((all) => all.map((bar) => bar.getBoundingClientRect().width)),
      )
      const [, one = 0, , , four = 0] = lengths
      assert.approximately(four / one, 4, 0.05)
      assert.deepStrictEqual(yield* run(() => bars.locator("li").last().innerText()), "Person 4\n4")
    }).pipe(Effect.scoped),
  )

  it.live("says that it needs its script where scripts do not run.", () =>
    Effect.gen(function* () {
      const { page } = yield* scratchPage(manyRows, "A page", { javaScriptEnabled: false })
      assert.match(yield* run(() => page.innerText("body")), /Allow scripts for this page/u)
    }).pipe(Effect.scoped),
  )

  it.live("prints the rows that were searched for, on all pages of the table, and what was searched for.", () =>
    Effect.gen(function* () {
      const { page } = yield* scratchPage(manyRows)
      yield* run(() =>
        page.evaluate(
          "addEventListener('beforeprint', () => (window.printed = [document.querySelectorAll('tbody tr').length, document.querySelector('#people [role=status]').textContent]))",
        ),
      )
      const printed = run(async () => {
        await page.pdf()
        return page.evaluate("window.printed")
      })
      // Nothing is searched for: the page that is open.
      assert.deepStrictEqual(yield* printed, [50, "Rows 1 to 50 of 120"])
      yield* run(() => page.getByLabel("Search").fill("person 1"))
      assert.deepStrictEqual(yield* printed, [31, "Rows 1 to 31 of 31 found among 120. Search: person 1"])
      yield* run(() => page.getByLabel("Search").fill("PERSON"))
      assert.deepStrictEqual(yield* printed, [120, "Rows 1 to 120 of 120 found among 120. Search: PERSON"])
      assert.strictEqual(yield* run(() => page.locator("tbody tr").count()), 50)
    }).pipe(Effect.scoped),
  )

  it.live("has no controls where all rows of a table are in sight, and turns back as well as on.", () =>
    Effect.gen(function* () {
      const few = yield* scratchPage(manyRows.slice(0, 50))
      assert.isFalse(yield* run(() => few.page.getByRole("button", { name: "Later rows" }).isVisible()))
      const { page } = yield* scratchPage(manyRows)
      const earlier = page.getByRole("button", { name: "Earlier rows" })
      assert.isTrue(yield* run(() => earlier.isDisabled()))
      yield* run(() => page.getByRole("button", { name: "Later rows" }).press("Enter"))
      yield* run(() => earlier.press("Enter"))
      assert.strictEqual(yield* run(() => page.innerText("[role=status]")), "Rows 1 to 50 of 120")
      // By numbers in names, as people count.
      yield* run(() => page.getByRole("button", { name: "Name" }).press("Enter"))
      assert.deepStrictEqual(yield* run(() => page.locator("tbody td:first-child").nth(2).innerText()), "Person 2")
    }).pipe(Effect.scoped),
  )
})
