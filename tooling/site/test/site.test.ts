// The site as files, and as a browser shows it from disk.
import { createHash } from "node:crypto"
import { globSync, readFileSync } from "node:fs"
import { join, posix } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { assert, describe, layer } from "@effect/vitest"
import {
  type Browser,
  type BrowserContextOptions,
  hasChromium,
  openBrowser,
  seriousBarriers,
  watchedPage,
} from "@rollcall/test-kit/chromium"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Context, Effect, Layer } from "effect"
import { pageOf, readDocuments } from "../src/documents/projectDocuments.ts"
import { makeSite } from "../src/index.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))

/** The site, made once for all of these. */
class MadeSite extends Context.Service<MadeSite, { readonly folder: string }>()("site/test/MadeSite") {
  static readonly layer: Layer.Layer<MadeSite> = Layer.effect(
    MadeSite,
    Effect.gen(function* () {
      const folder = join(yield* scratchFolder("site"), "made")
      yield* Effect.promise(() => makeSite(folder))
      return { folder }
    }),
  )
}

const filesOf = (folder: string): ReadonlyArray<string> =>
  globSync("**/*.*", { cwd: folder, exclude: [] }).toSorted((one, other) => (one < other ? -1 : 1))

const attributes = (html: string, name: string): ReadonlyArray<string> =>
  [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, "gu"))].map(([, value = ""]) => value)

/** A browser for all of these. */
class OneBrowser extends Context.Service<OneBrowser, { readonly browser: Browser }>()("site/test/OneBrowser") {
  static readonly layer: Layer.Layer<OneBrowser> = Layer.effect(
    OneBrowser,
    Effect.map(openBrowser, (browser) => ({ browser })),
  )
}

const opened = Effect.fnUntraced(function* (page: string, options: BrowserContextOptions = {}) {
  const { folder } = yield* MadeSite
  const { browser } = yield* OneBrowser
  const watched = yield* watchedPage(browser, {
    viewport: { width: 1300, height: 900 },
    reducedMotion: "reduce",
    ...options,
  })
  yield* Effect.promise(() => watched.page.goto(pathToFileURL(join(folder, page)).href))
  return watched
})

const run = <A>(step: () => Promise<A>) => Effect.promise(step)

layer(MadeSite.layer)("The site", (it) => {
  it.effect("has the same bytes when it is made again", () =>
    Effect.gen(function* () {
      const { folder } = yield* MadeSite
      const again = join(yield* scratchFolder("site"), "again")
      yield* Effect.promise(() => makeSite(again))
      const digests = (of: string) =>
        filesOf(of).map((file) => [
          file,
          createHash("sha256")
            .update(readFileSync(join(of, file)))
            .digest("hex"),
        ])
      assert.deepStrictEqual(digests(again), digests(folder))
    }).pipe(Effect.scoped),
  )

  it.effect("has a page for each document, and links from page to page that hold", () =>
    Effect.gen(function* () {
      const { folder } = yield* MadeSite
      const pages = new Map(
        filesOf(folder)
          .filter((file) => file.endsWith(".html"))
          .map((file) => [file, readFileSync(join(folder, file), "utf8")]),
      )
      assert.sameMembers([...pages.keys()], [...readDocuments(root).keys()].map(pageOf))
      const files = new Set(filesOf(folder))
      const ids = new Map([...pages].map(([page, html]) => [page, new Set(attributes(html, "id"))]))
      const broken = [...pages].flatMap(([page, html]) =>
        [...attributes(html, "href"), ...attributes(html, "src")]
          .filter((address) => !/^https?:/u.test(address))
          .filter((address) => {
            const [path = "", anchor = ""] = address.split("#")
            const target = path === "" ? page : posix.join(posix.dirname(page), path)
            return !files.has(target) || (anchor !== "" && ids.get(target)?.has(decodeURIComponent(anchor)) !== true)
          })
          .map((address) => `${page}: ${address}`),
      )
      assert.deepStrictEqual(broken, [])
    }),
  )

  it.effect("has each id of a page once, no script or style in a page, and nothing of the machine that made it", () =>
    Effect.gen(function* () {
      const { folder } = yield* MadeSite
      for (const file of filesOf(folder).filter((path) => !path.endsWith(".png"))) {
        const text = readFileSync(join(folder, file), "utf8")
        assert.notInclude(text, root, file)
        assert.notInclude(text, folder, file)
        if (!file.endsWith(".html")) continue
        const ids = attributes(text, "id")
        assert.deepStrictEqual(ids, [...new Set(ids)], file)
        assert.notMatch(text, /<style| style="| on\w+="|<script(?! src=")/u, file)
      }
    }),
  )

  it.effect("is not made into a folder that holds something", () =>
    Effect.gen(function* () {
      const { folder } = yield* MadeSite
      const error = yield* Effect.flip(Effect.tryPromise({ try: () => makeSite(folder), catch: String }))
      assert.match(error, /is not empty: name another folder/u)
    }),
  )

  describe.runIf(hasChromium)("in Chromium, from disk", () => {
    it.layer(OneBrowser.layer)((inBrowser) => {
      inBrowser.effect("a word is searched by keyboard alone, and Enter opens the page at the heading", () =>
        Effect.gen(function* () {
          const { page, faults } = yield* opened("connectors/slack-pro.html")
          yield* run(() => page.keyboard.press("/"))
          yield* run(() => page.keyboard.type("manifest link"))
          const options = page.getByRole("option")
          yield* run(() => options.first().waitFor())
          assert.include(yield* run(() => page.getByRole("status").innerText()), "results")
          const titles = yield* run(() => options.locator("strong").allInnerTexts())
          const wanted = titles.indexOf("Slack Pro › Create the Slack app")
          assert.isAtLeast(wanted, 0, titles.join(", "))
          for (let step = 0; step < wanted; step++) yield* run(() => page.keyboard.press("ArrowDown"))
          assert.strictEqual(
            yield* run(() => page.locator("[aria-selected=true] strong").innerText()),
            "Slack Pro › Create the Slack app",
          )
          yield* run(() => page.keyboard.press("Enter"))
          yield* run(() => page.waitForURL(/slack-pro\.html#create-the-slack-app$/u))
          assert.isTrue(
            yield* run(() =>
              page.evaluate<boolean>(
                "document.querySelector('#create-the-slack-app').getBoundingClientRect().top < 200",
              ),
            ),
          )

          // From there to another page, the best that is found.
          yield* run(() => page.getByRole("combobox").fill("exit codes"))
          yield* run(() => page.getByRole("option").first().waitFor())
          yield* run(() => page.keyboard.press("Enter"))
          yield* run(() => page.waitForURL(/\/exit-codes\.html$/u))
          assert.deepStrictEqual(faults, [])
        }).pipe(Effect.scoped),
      )

      inBrowser.effect(
        "the search finds a word with a slip in it, says where nothing is found, and closes with Escape",
        () =>
          Effect.gen(function* () {
            const { page } = yield* opened("index.html")
            const field = page.getByRole("combobox", { name: "Search the documentation" })
            yield* run(() => field.fill("kubernets"))
            yield* run(() =>
              page
                .getByRole("option", { name: /Deploying on Kubernetes/u })
                .first()
                .waitFor(),
            )
            yield* run(() => field.fill("qqqqqqqq"))
            yield* run(() => page.locator(".found").getByText("Nothing is found for “qqqqqqqq”.").waitFor())
            yield* run(() => field.press("Escape"))
            assert.isFalse(yield* run(() => page.locator(".found").isVisible()))
          }).pipe(Effect.scoped),
      )

      inBrowser.effect(
        "dark colours follow the system until the reader chooses, and the choice stays on other pages",
        () =>
          Effect.gen(function* () {
            const { page } = yield* opened("index.html", { colorScheme: "dark" })
            const paper = () => run(() => page.evaluate<string>("getComputedStyle(document.body).backgroundColor"))
            const dark = yield* paper()
            yield* run(() => page.getByRole("button", { name: "Dark", pressed: true }).click())
            const light = yield* paper()
            assert.strictEqual(light, "rgb(255, 255, 255)")
            assert.notStrictEqual(dark, light)
            yield* run(() => page.getByRole("link", { name: "Who has what" }).first().click())
            yield* run(() => page.waitForURL(/views\.html$/u))
            assert.strictEqual(yield* paper(), light)
            yield* run(() => page.getByRole("button", { name: "Dark", pressed: false }).click())
            assert.strictEqual(yield* paper(), dark)
          }).pipe(Effect.scoped),
      )

      inBrowser.effect.each([
        ["the start page", "index.html", "light"],
        ["an article", "access-review.html", "dark"],
      ] as const)("axe finds no barrier in %s and in what the search lists there", ([, file, colorScheme]) =>
        Effect.gen(function* () {
          const { page, requests } = yield* opened(file, { colorScheme })
          yield* run(() => page.getByRole("combobox").fill("token"))
          yield* run(() => page.getByRole("option").first().waitFor())
          assert.deepStrictEqual(yield* seriousBarriers(page), [])
          assert.deepStrictEqual(
            requests.filter((address) => !address.startsWith("file:")),
            [],
          )
        }).pipe(Effect.scoped),
      )

      inBrowser.effect("the first stop of the keyboard leads past the navigation", () =>
        Effect.gen(function* () {
          const { page } = yield* opened("views.html")
          yield* run(() => page.keyboard.press("Tab"))
          yield* run(() => page.keyboard.press("Enter"))
          yield* run(() => page.locator("#content:focus").waitFor())
          yield* run(() => page.keyboard.press("Tab"))
          assert.isTrue(yield* run(() => page.evaluate<boolean>("document.activeElement.closest('main') !== null")))
        }).pipe(Effect.scoped),
      )

      inBrowser.effect("on a narrow screen nothing is wider than the screen, and the navigation opens as a menu", () =>
        Effect.gen(function* () {
          const { page } = yield* opened("index.html", { viewport: { width: 360, height: 740 } })
          for (const file of [
            "configuration.html",
            "deploy-kubernetes.html",
            "decisions/0037-pages.html",
            "index.html",
          ]) {
            yield* run(() => page.goto(new URL(file, page.url().replace(/decisions\/.*$/u, "")).href))
            assert.isAtMost(yield* run(() => page.evaluate<number>("document.documentElement.scrollWidth")), 360, file)
          }
          const entry = page.getByRole("navigation", { name: "Documentation" }).getByRole("link", { name: "Sizing" })
          assert.isFalse(yield* run(() => entry.isVisible()))
          yield* run(() => page.getByRole("button", { name: "Menu" }).click())
          yield* run(() => entry.click())
          yield* run(() => page.waitForURL(/sizing\.html$/u))
        }).pipe(Effect.scoped),
      )

      inBrowser.effect("without scripts every page is reached by links, and what needs a script is not shown", () =>
        Effect.gen(function* () {
          const { folder } = yield* MadeSite
          const { page } = yield* opened("index.html", { javaScriptEnabled: false })
          assert.isFalse(yield* run(() => page.locator("form[role=search]").isVisible()))
          assert.isFalse(yield* run(() => page.locator("button.theme").isVisible()))
          const base = page.url().replace("index.html", "")
          const links = yield* run(() =>
            page.evaluate<ReadonlyArray<string>>("[...document.links].map((it) => it.href)"),
          )
          const reached = new Set(links.map((address) => address.replace(/#.*$/u, "").slice(base.length)))
          const pages = filesOf(folder).filter((file) => file.endsWith(".html"))
          assert.deepStrictEqual(
            pages.filter((file) => !reached.has(file)),
            [],
          )
        }).pipe(Effect.scoped),
      )

      inBrowser.effect("on paper there is the text alone", () =>
        Effect.gen(function* () {
          const { page } = yield* opened("views.html", { colorScheme: "dark" })
          yield* run(() => page.emulateMedia({ media: "print", colorScheme: "dark" }))
          for (const gone of ["header.top", "#navigation", "nav.parts", ".neighbours"])
            assert.isFalse(yield* run(() => page.locator(gone).isVisible()), gone)
          assert.isTrue(yield* run(() => page.locator("article").isVisible()))
          assert.strictEqual(
            yield* run(() => page.evaluate<string>("getComputedStyle(document.body).backgroundColor")),
            "rgb(255, 255, 255)",
          )
        }).pipe(Effect.scoped),
      )
    })
  })
})
