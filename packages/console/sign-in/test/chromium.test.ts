// Signing in to the console in a real browser, which decides by itself which cookies it sends where, and what it says of who led it there.
import { once } from "node:events"
import { createServer } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import type { Page } from "@rollcall/test-kit/chromium"
import { hasChromium, openBrowser, watchedPage } from "@rollcall/test-kit/chromium"
import { Effect } from "effect"
import { world } from "./signIn.ts"

const shows = (page: Page, text: string) => Effect.promise(() => page.getByText(text).first().waitFor())

const goTo = (page: Page, url: string) => Effect.promise(async () => (await page.goto(url))?.status())

/** An empty page of another site, on a port of this machine. */
const otherSite = Effect.acquireRelease(
  Effect.promise(async () => {
    const server = createServer((_, response) => response.setHeader("content-type", "text/html").end("<p>elsewhere"))
    await once(server.listen(0, "127.0.0.1"), "listening")
    return server
  }),
  (server) => Effect.sync(() => server.close().closeAllConnections()),
).pipe(
  Effect.map((server) => {
    const address = server.address()
    return `http://localhost:${typeof address === "object" && address !== null ? address.port : 0}/`
  }),
)

describe.skipIf(!hasChromium)("a browser that signs in to the console", () => {
  // `localhost` is another site than `127.0.0.1`; two ports of that are one site, as two hosts of a company's domain are.
  it.live.each(["localhost", "127.0.0.1"] as const)(
    "comes back from an issuer at %s to the page that it wanted",
    (host) =>
      Effect.gen(function* () {
        const { origin, port, issuer } = yield* world({ issuerHost: host })
        const { page, context, faults } = yield* watchedPage(yield* openBrowser)
        assert.strictEqual(yield* goTo(page, `${origin}/?of=ada`), 200)
        yield* shows(page, "You are Ada Lovelace (admin).")
        assert.strictEqual(page.url(), `${origin}/?of=ada`)
        assert.include(issuer.requests, "POST /token")
        const cookies = yield* Effect.promise(() => context.cookies(origin))
        const session = cookies.find(({ name }) => name === `rollcall_session_${port}`)
        assert.deepInclude(session, { httpOnly: true, sameSite: "Lax", expires: -1 })
        // What is asked for again is shown without the issuer, and no address with a code is in the way back.
        const asked = issuer.requests.length
        yield* Effect.promise(() => page.reload())
        yield* shows(page, "You are Ada Lovelace (admin).")
        assert.strictEqual(issuer.requests.length, asked)
        yield* Effect.promise(() => page.goBack())
        assert.strictEqual(page.url(), "about:blank")
        // A fresh sign-in leads through the issuer once more.
        yield* goTo(page, `${origin}/sign-in?to=%2F&fresh=`)
        yield* shows(page, "You are Ada Lovelace (admin).")
        assert.isAbove(issuer.requests.length, asked)
        assert.deepStrictEqual(faults, [])
      }).pipe(Effect.scoped),
  )

  it.live("does nothing for another site, and is led by it to no page", () =>
    Effect.gen(function* () {
      const { origin, acts } = yield* world({ issuerHost: "localhost" })
      const elsewhere = yield* otherSite
      const { page } = yield* watchedPage(yield* openBrowser)
      yield* goTo(page, origin)
      yield* shows(page, "You are Ada Lovelace (admin).")
      const csrf = yield* Effect.promise(() =>
        page.evaluate<string>(`JSON.parse(document.querySelector("#data").textContent).frame.csrfToken`),
      )
      yield* goTo(page, elsewhere)
      // Even with the token, which no other site can read.
      yield* Effect.promise(() =>
        page.evaluate(`Promise.all(${JSON.stringify(["/act/pause", "/sign-out"].map((path) => origin + path))}.map((url) =>
          fetch(url, { method: "POST", mode: "no-cors", credentials: "include",
            body: new URLSearchParams({ csrf: ${JSON.stringify(csrf)}, name: "sales" }) }).catch(() => "The answer is not shown to it.")))`),
      )
      yield* Effect.promise(() =>
        page.evaluate(`(() => {
          const form = document.createElement("form")
          Object.assign(form, { method: "POST", action: ${JSON.stringify(`${origin}/sign-out`)} })
          document.body.append(form)
          form.submit()
        })()`),
      )
      yield* shows(page, "A page of another site asked for this.")
      yield* goTo(page, elsewhere)
      yield* Effect.promise(() => page.evaluate(`void (location.href = ${JSON.stringify(`${origin}/`)})`))
      yield* shows(page, "A page of another site led here.")
      yield* goTo(page, origin)
      yield* shows(page, "You are Ada Lovelace (admin).")
      assert.deepStrictEqual(acts, [])
    }).pipe(Effect.scoped),
  )

  it.live("is not signed in any more when it has signed out, and has to go to the issuer again", () =>
    Effect.gen(function* () {
      const { origin, issuer } = yield* world({ issuerHost: "localhost" })
      const { page, faults } = yield* watchedPage(yield* openBrowser)
      yield* goTo(page, origin)
      yield* shows(page, "You are Ada Lovelace (admin).")
      const answer = yield* Effect.promise(() =>
        page.evaluate(`fetch("/sign-out", { method: "POST", body: new URLSearchParams({
          csrf: JSON.parse(document.querySelector("#data").textContent).frame.csrfToken }) }).then((reply) => reply.json())`),
      )
      assert.deepStrictEqual(answer, { done: "You are signed out." })
      const before = issuer.requests.filter((one) => one === "POST /token").length
      issuer.accounts.set("ada", { name: "Ada Lovelace", groups: [] })
      assert.strictEqual(yield* goTo(page, origin), 403)
      yield* shows(page, "You are signed out.")
      assert.strictEqual(yield* goTo(page, `${origin}/sign-in`), 403)
      yield* shows(page, "You are known, and have no role here")
      assert.strictEqual(issuer.requests.filter((one) => one === "POST /token").length, before + 1)
      assert.deepStrictEqual(
        faults.filter((fault) => !fault.includes("403")),
        [],
      )
    }).pipe(Effect.scoped),
  )
})
