// The explorer as somebody uses it: in a real browser, from the file that opens it, by keyboard.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { htmlPage } from "@rollcall/pages"
import { entryFile } from "@rollcall/pages/server"
import type { Page, TextPath } from "@rollcall/test-kit/chromium"
import {
  hasChromium,
  hostileEffects,
  hostilePageOf,
  openBrowser,
  seriousBarriers,
  watchedPage,
} from "@rollcall/test-kit/chromium"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { World } from "@rollcall/test-kit/small-world"
import { known, syncWorld, whole } from "@rollcall/test-kit/small-world"
import { workStoreLayer } from "@rollcall/c1z"
import { Effect, Stream } from "effect"
import { openExplorer, serve } from "../src/index.ts"

/** Whatever a browser might take for more than text, or an address for more than an id. */
const hostile: ReadonlyArray<string> = [
  "</script><script>document.title='ran'</script>",
  "<img src=x onerror=alert(1)>",
  "\u202egnp.exe",
  "\u0007\u001b[2J",
  "javascript:alert(1)",
  "//evil.example/%2e%2e/?a=b&c=d#e",
  "100% + 1 & 'more'",
  "__proto__",
  "ü".normalize("NFD"),
]

const many = Array.from(
  { length: 60 },
  (_, at) => [`m${at}`, { name: `Member ${String(at).padStart(3, "0")}` }] as const,
)

/** Everything that somebody may choose a name for is hostile: names, ids, descriptions, profiles, gaps. */
const people = {
  ...Object.fromEntries(many),
  ...Object.fromEntries(
    hostile.map((text) => [text, { name: text, teams: hostile.slice(), profile: { [text]: text } }] as const),
  ),
  ada: { name: "Ada", roles: ["member", "owner"], teams: ["web"] },
  gus: { name: "Gus", roles: ["guest"], teams: ["web"], status: "disabled" as const },
}
const teams = { web: "Web", ...Object.fromEntries(hostile.map((text) => [text, text])) }
const [, gap = ""] = hostile
const coverage: World["coverage"] = [
  ...whole("club", "role"),
  {
    resourceType: "user",
    state: "partial",
    gaps: [
      {
        resourceType: "user",
        missing: "Second factors",
        reason: "credential",
        explanation: "",
        attributes: ["mfa"],
        expected: true,
      },
    ],
  },
  {
    resourceType: "team",
    state: "partial",
    gaps: [{ resourceType: "team", missing: gap, reason: "scope", explanation: `The token may not: ${gap}` }],
  },
]

/** A browser that has come in by the file, and what it must not have done. */
const opened = Effect.gen(function* () {
  const folder = yield* scratchFolder("explorer")
  const file = join(folder, "sync.c1z")
  const store = workStoreLayer({ output: file, keepSyncs: 10 })
  yield* syncWorld(store, { people: { ada: { name: "Ada", teams: ["web"] } }, teams: { web: "Web" } })
  yield* syncWorld(store, { people, teams, tenantName: hostile[0], coverage })
  const serving = yield* serve(yield* openExplorer({ file, meanings: known }), 0)
  const link = yield* serving.issue("file")
  const path = yield* entryFile({ first: link, second: serving.start }, folder)
  const watched = yield* watchedPage(yield* openBrowser)
  const seen: Array<string> = []
  watched.page.on("framenavigated", (frame) => seen.push(frame.url()))
  yield* Effect.promise(() => watched.page.goto(pathToFileURL(path).href))
  yield* Effect.promise(() => watched.page.waitForURL(serving.url))
  return { ...watched, serving, seen, secret: new URL(link).searchParams.get("key") ?? "" }
})

const run = <A>(step: () => Promise<A>) => Effect.promise(step)

/** Goes to a link by tabulator alone, and follows it. */
const follow = (page: Page, name: string) =>
  run(async () => {
    for (let steps = 0; steps < 400; steps++) {
      await page.keyboard.press("Tab")
      const text = await page.evaluate("document.activeElement?.textContent ?? ''")
      if (text === name) {
        await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")])
        return page.innerText("h1")
      }
    }
    throw new Error(`No link "${name}" is reached by Tab on ${page.url()}.`)
  })

describe.runIf(hasChromium)("The explorer in Chromium", () => {
  it.live("is entered from the file, whose secret is in no page's address and in no history", () =>
    Effect.gen(function* () {
      const { page, context, serving, seen, secret, requests } = yield* opened
      assert.isAbove(secret.length, 40)
      assert.strictEqual(page.url(), serving.url)
      const session = yield* run(() => context.newCDPSession(page))
      const { entries } = yield* run(() => session.send("Page.getNavigationHistory"))
      const history = entries.map(({ url }) => url)
      assert.deepStrictEqual(history.slice(1), [serving.url])
      assert.notInclude([...history, ...seen].join(" "), secret)
      assert.strictEqual(yield* run(() => page.evaluate("document.referrer + document.cookie + window.name")), "")
      assert.notInclude(yield* run(() => page.content()), secret)
      const [cookie] = yield* run(() => context.cookies())
      assert.deepInclude(cookie, { httpOnly: true, sameSite: "Strict", domain: "127.0.0.1" })
      assert.deepStrictEqual(requests, [])
    }).pipe(Effect.scoped),
  )

  it.live("is entered by a link, which the browser does not stay at", () =>
    Effect.gen(function* () {
      const { serving } = yield* opened
      const { page, context } = yield* watchedPage(yield* openBrowser)
      const link = yield* serving.issue("link")
      yield* run(() => page.goto(link))
      const session = yield* run(() => context.newCDPSession(page))
      const { entries } = yield* run(() => session.send("Page.getNavigationHistory"))
      assert.deepStrictEqual(
        entries.map(({ url }) => url),
        ["about:blank", serving.url],
      )
      // What another site leads to it is not answered, although the browser was let in.
      const other = yield* run(() => context.newPage())
      yield* run(() => other.goto(`data:text/html,<a href="${serving.url}people">x</a>`))
      yield* run(() => Promise.all([other.waitForNavigation(), other.click("a")]))
      assert.match(yield* run(() => other.innerText("body")), /another site|was not let in/u)
    }).pipe(Effect.scoped),
  )

  it.live("is walked through by keyboard: overview, people, a person, a group, differences, gaps, and back", () =>
    Effect.gen(function* () {
      const { page, serving, faults, requests } = yield* opened
      const text = run(() => page.innerText("main"))
      assert.match(yield* text, /^71\npeople\n1\nadmins\n1\nguests\n/mu)
      assert.strictEqual(yield* follow(page, "People"), "People")
      assert.match(yield* text, /50 of 71 on this page\./u)
      yield* run(() => page.getByLabel("Kind").focus())
      yield* run(() => page.keyboard.press("a"))
      yield* run(() =>
        Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Show" }).press("Enter")]),
      )
      assert.match(yield* text, /^Ada\t[^\t]*\tenabled\tmember\tmember, owner\tunknown\tada$/mu)
      assert.strictEqual(yield* follow(page, "Ada"), "Ada")
      assert.match(yield* text, /^owner\trole\theld \(direct, privileged\)\towner$/mu)
      assert.match(yield* text, /2FA\s+unknown/u)
      assert.strictEqual(yield* follow(page, "Web"), "Web")
      assert.match(yield* text, /^Ada\tmember \(direct\)\t/mu)
      assert.match(yield* text, /^Gus\tmember \(direct\)\t[^\t]*\tdisabled\tguest \(one room\)\tgus$/mu)
      assert.strictEqual(yield* follow(page, "Differences"), "Differences")
      yield* run(() => page.waitForSelector("#sections"))
      assert.match(yield* text, /^New admins: privileged access gained\t1$/mu)
      assert.match(yield* text, /^added\tAda\t.*\theld of owner\t/mu)
      assert.strictEqual(yield* follow(page, "Gaps"), "What could not be seen")
      assert.include(yield* text, "The token may not: <img src=x onerror=alert(1)>")
      yield* run(() => page.goBack())
      yield* run(() => page.goBack())
      assert.strictEqual(yield* run(() => page.innerText("h1")), "Web")
      assert.isTrue(page.url().startsWith(serving.url))
      assert.deepStrictEqual([faults, requests], [[], []])
    }).pipe(Effect.scoped),
  )

  it.live("leads by each link to exactly what it names, whatever characters its id has", () =>
    Effect.gen(function* () {
      const { page, serving, faults, requests } = yield* opened
      for (const id of hostile) {
        const shown = yield* run(() =>
          page.goto(`${serving.url}resource?type=user&id=${encodeURIComponent(encodeURIComponent(id))}`),
        )
        assert.strictEqual(shown?.status(), 200, id)
        const links = yield* run(() => page.locator("#holds tbody a").all())
        assert.lengthOf(links, hostile.length + 2)
        const targets = yield* Effect.forEach(links, (link) => run(() => link.getAttribute("href")))
        const ids = targets.map((href) => {
          const { origin, pathname, searchParams } = new URL(href ?? "", serving.url)
          assert.deepStrictEqual([`${origin}/`, pathname], [serving.url, "/resource"])
          return decodeURIComponent(searchParams.get("id") ?? "")
        })
        assert.sameMembers(ids, ["C1", "member", ...hostile])
      }
      yield* run(() => page.locator("#holds tbody a").nth(1).click())
      assert.match(yield* run(() => page.innerText("main")), /Who holds it \(9\)/u)
      assert.deepStrictEqual([faults, requests], [[], []])
    }).pipe(Effect.scoped),
  )

  it.live("shows hostile text as text on every page, and fetches nothing", () =>
    Effect.gen(function* () {
      const { page, serving, faults, requests } = yield* opened
      const id = new URLSearchParams({ type: "team", id: encodeURIComponent(hostile[1] ?? "") }).toString()
      const searched = `search?search=${encodeURIComponent(hostile[1] ?? "")}`
      for (const path of [
        "",
        "people",
        "groups",
        "roles",
        "others",
        searched,
        `resource?${id}`,
        "differences",
        "gaps",
      ]) {
        const answered = yield* run(() => page.goto(serving.url + path))
        assert.strictEqual(answered?.status(), 200, path)
        assert.strictEqual(yield* run(() => page.locator("img, iframe, object, main script").count()), 0, path)
        assert.notMatch(yield* run(() => page.title()), /^ran/u)
        const elsewhere = yield* run(() => page.locator("a").evaluateAll((links) => links.map((link) => String(link))))
        assert.deepStrictEqual(
          elsewhere.filter((href) => !href.startsWith(serving.url)),
          [],
          path,
        )
      }
      assert.deepStrictEqual([faults, requests], [[], []])
    }).pipe(Effect.scoped),
  )

  it.live("shows text as text in each field of its pages, whichever that is", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("explorer")
      const output = join(folder, "sync.c1z")
      const store = workStoreLayer({ output, keepSyncs: 2 })
      yield* syncWorld(store, { people: { ada: {} }, teams })
      yield* syncWorld(store, { people, teams, coverage })
      const answer = yield* openExplorer({ file: output, meanings: known })
      const browser = yield* openBrowser
      // Which page a link leads to, and what a field is, are words of ours.
      const isOurs = (place: TextPath) =>
        ["place", "kind"].includes(place.at(-1) ?? "") || /^frame\.(?:current|places\.\d+\.0)$/u.test(place.join("."))
      for (const path of [
        "/",
        "/people?search=a",
        "/search?search=a",
        "/resource?type=user&id=ada",
        "/resource?type=role&id=member",
        "/differences",
        "/gaps",
      ]) {
        const { pathname, searchParams } = new URL(path, "http://127.0.0.1")
        const { page: made } = yield* answer(pathname, searchParams)
        const hostilePage = hostilePageOf((yield* Stream.runCollect(htmlPage(made))).join(""), isOurs)
        const file = join(folder, "page.html")
        writeFileSync(file, hostilePage.html)
        const { page, requests, faults } = yield* watchedPage(browser)
        yield* run(() => page.goto(pathToFileURL(file).href))
        const { effects, hidden } = yield* hostileEffects(page, hostilePage)
        assert.deepStrictEqual({ effects, requests, faults }, { effects: [], requests: [], faults: [] }, path)
        // Ids of parts, queries of links, and what a form sends are not shown; its label is for screen readers.
        const sent = /\.(?:id|query|name|value|form\.label)$|\.choices\.\d+\.0$/u
        assert.deepStrictEqual(
          hidden.filter((place) => !sent.test(place)),
          [],
          path,
        )
      }
    }).pipe(Effect.scoped),
  )

  it.live("says on a page of its own that there is no such page or id", () =>
    Effect.gen(function* () {
      const { page, serving } = yield* opened
      for (const path of [
        "nothing",
        "resource?type=user&id=nobody",
        "resource",
        "resource?type=user&id=%25E0%25A4%25A",
        "people?aftertype=user&afterid=nobody",
      ]) {
        const reply = yield* run(() => page.goto(serving.url + path))
        assert.strictEqual(reply?.status(), 404, path)
        assert.strictEqual(yield* run(() => page.innerText("h1")), "Not found")
        assert.strictEqual(yield* run(() => page.getByRole("link", { name: "People" }).count()), 1)
      }
    }).pipe(Effect.scoped),
  )

  it.live.each(["light", "dark"] as const)("has no serious barrier that axe knows, on a %s screen", (colorScheme) =>
    Effect.gen(function* () {
      const { page, serving } = yield* opened
      yield* run(() => page.emulateMedia({ colorScheme }))
      for (const path of ["", "people", "resource?type=team&id=web", "differences"]) {
        yield* run(() => page.goto(serving.url + path))
        assert.deepStrictEqual(yield* seriousBarriers(page), [], path)
      }
    }).pipe(Effect.scoped),
  )
})
