// The console as somebody uses it: in a real browser, from the file that opens it, by keyboard alone.
import { assert, describe, it } from "@effect/vitest"
import { entryFile } from "@rollcall/pages/server"
import type { Page } from "@rollcall/test-kit/chromium"
import { hasChromium, openBrowser, seriousBarriers, watchedPage } from "@rollcall/test-kit/chromium"
import { Effect } from "effect"
import { pathToFileURL } from "node:url"
import { consoleWorld, enter } from "./visitConsole.ts"

const run = <A>(step: () => Promise<A>) => Effect.promise(step)

/** A browser that came in by the file. */
const opened = Effect.fnUntraced(function* (options: Parameters<typeof consoleWorld>[0] = {}) {
  const world = yield* consoleWorld(options)
  const { url, next = url } = yield* world.link("file")
  const path = yield* entryFile({ first: url, second: next }, world.folder)
  const watched = yield* watchedPage(yield* openBrowser)
  yield* run(() => watched.page.goto(pathToFileURL(path).href))
  yield* run(() => watched.page.waitForURL(`${new URL(url).origin}/`))
  return { ...world, ...watched }
})

/** Goes by tabulator to what has this role and name. */
const tabTo = (page: Page, role: Parameters<Page["getByRole"]>[0], name: string) =>
  run(async () => {
    const wanted = page.getByRole(role, { name, exact: true })
    for (let steps = 0; steps < 80; steps++) {
      if ((await wanted.count()) === 1 && (await wanted.evaluate((node) => node.matches(":focus")))) return
      await page.keyboard.press("Tab")
    }
    throw new Error(`No ${role} "${name}" is reached by Tab on ${page.url()}.`)
  })

const press = (page: Page, key: string) => run(() => page.keyboard.press(key))

/** Follows a link by keyboard, and waits until the page that it leads to is there. */
const follow = Effect.fnUntraced(function* (page: Page, name: string) {
  yield* tabTo(page, "link", name)
  yield* run(() => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]))
})

const type = (page: Page, text: string) => run(() => page.keyboard.type(text))

/** Waits until the page says it. */
const shows = (page: Page, text: string | RegExp) => run(() => page.getByText(text).first().waitFor())

describe.runIf(hasChromium)("The console in Chromium", () => {
  it.live("adds a connection by keyboard alone, which syncs and is connected, and then pauses and removes it", () =>
    Effect.gen(function* () {
      const { page, faults, slack, requests, release } = yield* opened({ held: "users.list" })
      assert.deepStrictEqual(yield* seriousBarriers(page), [])
      yield* follow(page, "Add a connection")
      yield* shows(page, "A new connection")
      yield* tabTo(page, "textbox", "Name (required)")
      yield* type(page, "ops")
      yield* tabTo(page, "combobox", "Connector")
      yield* type(page, "Slack Pro")
      yield* tabTo(page, "textbox", "token (required)")
      yield* type(page, "xoxb-1-2-wrong")
      yield* tabTo(page, "textbox", "every")
      yield* type(page, "6h")
      assert.deepStrictEqual(yield* seriousBarriers(page), [])
      yield* tabTo(page, "button", "Check")
      yield* press(page, "Enter")
      yield* shows(page, /problem was found|problems were found/u)
      assert.match(yield* run(() => page.innerText("#found")), /^workspace\s+✗ /u)
      yield* tabTo(page, "button", "Save")
      yield* press(page, "Enter")
      yield* shows(page, /^\d+ problems? (?:was|were) found\. It was not added\.$/u)
      yield* run(() => page.getByRole("textbox", { name: "token (required)" }).focus())
      yield* press(page, "ControlOrMeta+A")
      yield* type(page, slack.botToken)
      yield* tabTo(page, "button", "Check")
      yield* press(page, "Enter")
      yield* shows(page, /It can be read/u)
      assert.include(yield* run(() => page.innerText("#set-token-answer")), "✓")
      assert.deepStrictEqual(yield* seriousBarriers(page), [])
      yield* tabTo(page, "button", "Save")
      yield* press(page, "Enter")
      yield* run(() => page.waitForURL(/\/connection\?name=ops$/u))
      yield* shows(page, "Syncing")
      yield* shows(page, /records read; reads/u)
      yield* release
      yield* shows(page, "Connected")
      assert.deepStrictEqual(yield* seriousBarriers(page), [])
      assert.notInclude(yield* run(() => page.content()), slack.botToken)

      yield* tabTo(page, "button", "Pause")
      yield* press(page, "Enter")
      yield* shows(page, "ops was paused.")
      // The focus stays where it was, on what is there now.
      yield* run(() => page.getByRole("button", { name: "Resume" }).and(page.locator(":focus")).waitFor())
      yield* press(page, "Enter")
      yield* shows(page, "ops was resumed.")
      yield* tabTo(page, "button", "Remove")
      yield* press(page, "Enter")
      yield* tabTo(page, "button", "Remove ops")
      yield* press(page, "Enter")
      yield* run(() => page.waitForURL(/\/$/u))
      yield* shows(page, "There are none yet.")
      assert.deepStrictEqual(faults, [])
      const paths = new Set(requests.map((one) => new URL(one).pathname))
      for (const path of paths) assert.match(path, /^\/(?:live|act)/u)
    }).pipe(Effect.scoped),
  )

  it.live(
    "puts another token in the place of one by keyboard, and says of a worker that is gone that it does not answer",
    () =>
      Effect.gen(function* () {
        const world = yield* opened()
        const { page, slack, worker } = world
        const { send } = yield* enter(world)
        yield* send("add", { name: "ops", module: "slack-pro", "set-token": slack.botToken, "set-every": "6h" })
        yield* worker.says(/ is in .*ops\.c1z/u)
        // The link of the client has let another browser in, in the place of this one.
        yield* shows(page, /This browser was not let in/u)
        const { url, next = url } = yield* world.link("file")
        const path = yield* entryFile({ first: url, second: next }, world.folder)
        yield* run(() => page.goto(pathToFileURL(path).href))
        yield* run(() => page.waitForURL(`${new URL(url).origin}/`))
        yield* follow(page, "ops")
        yield* follow(page, "Rotate a token")
        assert.deepStrictEqual(yield* seriousBarriers(page), [])
        yield* tabTo(page, "textbox", "The new secret")
        yield* type(page, "xoxb-1-2-wrong")
        yield* press(page, "Enter")
        yield* shows(page, /invalid_auth|does not know the token/u)
        yield* press(page, "ControlOrMeta+A")
        yield* type(page, slack.userToken)
        yield* press(page, "Enter")
        yield* run(() => page.waitForURL(/\/connection\?name=ops$/u))
        yield* shows(page, "kept by Rollcall")
        assert.notInclude(yield* run(() => page.content()), slack.userToken)
        yield* worker.kill("SIGKILL")
        yield* shows(page, "The worker does not answer. What is shown is how it was.")
      }).pipe(Effect.scoped),
  )
})
