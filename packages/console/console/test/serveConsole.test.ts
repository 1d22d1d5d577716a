// Who is answered by the console and who is not, over real connections.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { SignIn } from "../src/index.ts"
import type { ConsoleAddress, Role } from "../src/index.ts"
import { freshMillis, loopbackSignIn, sessionMillis } from "../src/sign-in/loopbackSignIn.ts"
import type { Headers } from "./visited.ts"
import { targetOf, visited } from "./visited.ts"

/** Whoever comes by the link, in another role. */
const as = (role: Role): Layer.Layer<SignIn, never, ConsoleAddress> =>
  Layer.effect(
    SignIn,
    Effect.map(Effect.service(SignIn), (own) => ({
      ...own,
      visitorOf: (request) => Effect.map(own.visitorOf(request), (one) => ("subject" in one ? { ...one, role } : one)),
    })),
  ).pipe(Layer.provide(loopbackSignIn))

const evil = "https://evil.example"

describe("the console's server", () => {
  it.live("lets one browser in by a link, shows it the connections, and does what it is asked", () =>
    Effect.gen(function* () {
      const { get, send, link, asked, port, Cookie, csrf } = yield* visited()
      assert.match(Cookie, new RegExp(`^rollcall_console_${port}=[\\w-]{43}$`, "u"))
      const page = yield* get("/", { Cookie })
      assert.strictEqual(page.status, 200)
      assert.include(page.body, '"name":"sales"')
      assert.match(page.headers.get("content-security-policy") ?? "", /connect-src 'self'; .*form-action 'none'/u)
      const live = yield* get("/live", { Cookie, "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "empty" })
      assert.deepInclude(JSON.parse(live.body).shown.rows[0], { name: "sales", state: "Connected", from: "file" })
      const paused = yield* send("/act/pause", { name: "sales", csrf })
      assert.deepStrictEqual(
        [paused.status, JSON.parse(paused.body)],
        [200, { done: "sales was paused. What runs is brought to its end." }],
      )
      const unknown = yield* send("/act/pause", { name: "nobody", csrf })
      assert.deepStrictEqual(JSON.parse(unknown.body), { refused: { message: "There is no nobody.", hint: "" } })
      assert.match(asked.join("\n"), /^pause sales for \S+ of local\npause nobody for/u)
      // A new link lets another browser in, in its place.
      yield* get(targetOf((yield* link("link")).url))
      assert.strictEqual((yield* get("/", { Cookie })).status, 403)
      assert.strictEqual((yield* send("/act/pause", { name: "sales", csrf })).status, 403)
    }).pipe(Effect.scoped),
  )

  const acts: ReadonlyArray<readonly [what: string, status: number, headers: Headers, method?: string]> = [
    ["a foreign Host", 403, { Host: "rebound.example" }],
    ["a foreign Origin", 403, { Origin: evil }],
    ["no Origin", 403, { Origin: undefined }],
    ["the origin null", 403, { Origin: "null" }],
    ["another site by Sec-Fetch-Site", 403, { "Sec-Fetch-Site": "cross-site" }],
    ["another port by Sec-Fetch-Site", 403, { "Sec-Fetch-Site": "same-site" }],
    ["an address that somebody typed", 403, { "Sec-Fetch-Site": "none" }],
    ["no Sec-Fetch-Site", 403, { "Sec-Fetch-Site": undefined }],
    ["a form that a page sends by itself", 403, { "Sec-Fetch-Mode": "navigate" }],
    ["a frame", 403, { "Sec-Fetch-Dest": "iframe" }],
    ["no cookie", 403, { Cookie: undefined }],
    ["a wrong cookie", 403, { Cookie: "rollcall_console_0=x" }],
    ["content of another kind", 415, { "Content-Type": "text/plain" }],
    ["content without a length", 413, { "Content-Length": undefined }],
    ["content that is too long", 413, { "Content-Length": "70000" }],
    ["GET", 405, { "Content-Length": undefined }, "GET"],
    ["PUT", 405, {}, "PUT"],
  ]
  it.live.each(acts)("refuses an act with %s", ([, status, headers, method]) =>
    Effect.gen(function* () {
      const { send, asked, csrf } = yield* visited()
      const reply = yield* send("/act/pause", { name: "sales", csrf }, headers, method)
      assert.strictEqual(reply.status, status, reply.body)
      assert.deepStrictEqual([asked, reply.headers.get("set-cookie")], [[], undefined])
      if (status === 405) assert.strictEqual(reply.headers.get("allow"), "POST")
    }).pipe(Effect.scoped),
  )

  it.live("refuses an act without the token of the session, or with that of another", () =>
    Effect.gen(function* () {
      const { send, enter, asked, csrf } = yield* visited()
      for (const token of ["", "guess", csrf.slice(1), `${csrf}x`]) {
        assert.strictEqual((yield* send("/act/pause", { name: "sales", csrf: token })).status, 403)
      }
      const { Cookie } = yield* enter
      assert.strictEqual((yield* send("/act/pause", { name: "sales", csrf }, { Cookie })).status, 403)
      assert.deepStrictEqual(asked, [])
    }).pipe(Effect.scoped),
  )

  const pages: ReadonlyArray<
    readonly [what: string, status: number, target: string, headers: Headers, method?: string]
  > = [
    ["a page to whoever was not let in", 403, "/", { Cookie: undefined }],
    ["a page under another name", 403, "/", { Host: "localhost" }],
    ["a page to a script", 403, "/", { "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors" }],
    ["a page to another site", 403, "/", { "Sec-Fetch-Site": "cross-site" }],
    ["a page to POST", 405, "/", {}, "POST"],
    ["data to another site", 403, "/live", { "Sec-Fetch-Site": "cross-site" }],
    ["data that is opened", 403, "/live", { "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate" }],
    ["data to whoever was not let in", 403, "/live", { Cookie: undefined }],
    ["a page that is not there", 404, "/nowhere", {}],
    ["a whole address", 400, "http://127.0.0.1/", {}],
  ]
  it.live.each(pages)("refuses %s", ([, status, target, headers, method]) =>
    Effect.gen(function* () {
      const { get, Cookie } = yield* visited()
      const reply = yield* get(target, { Cookie, ...headers }, method)
      assert.strictEqual(reply.status, status, reply.body)
      assert.notInclude(reply.body, "sales")
    }).pipe(Effect.scoped),
  )

  it.live("lets viewers look, operators pause and sync, and admins remove", () =>
    Effect.gen(function* () {
      const all = ["pause", "resume", "sync-now", "remove"]
      const allowed: Readonly<Record<Role, ReadonlyArray<string>>> = {
        viewer: [],
        operator: all.slice(0, 3),
        admin: all,
      }
      for (const role of ["viewer", "operator", "admin"] as const) {
        const { send, get, asked, csrf, Cookie } = yield* visited(undefined, as(role))
        assert.strictEqual((yield* get("/", { Cookie })).status, 200)
        for (const act of all) {
          const { status, body } = yield* send(`/act/${act}`, { name: "sales", csrf })
          assert.strictEqual(status, allowed[role].includes(act) ? 200 : 403, `${role} ${act}: ${body}`)
        }
        assert.strictEqual(asked.map((one) => one.split(" ")[0]).join(), allowed[role].join())
      }
    }).pipe(Effect.scoped),
  )

  it.effect("asks for a link that was opened lately before it replaces a secret", () =>
    Effect.gen(function* () {
      const { get, send, enter, asked, csrf, Cookie } = yield* visited()
      const rotate = (token: string, headers: Headers = {}) =>
        send("/act/rotate", { name: "sales", setting: "token", secret: "xoxb-1-new", csrf: token }, headers)
      yield* TestClock.adjust(freshMillis - 1)
      assert.strictEqual((yield* get("/rotate?name=sales", { Cookie })).status, 200)
      assert.strictEqual((yield* rotate(csrf)).status, 200)
      yield* TestClock.adjust(1)
      for (const { status, body } of [yield* get("/rotate?name=sales", { Cookie }), yield* rotate(csrf)]) {
        assert.strictEqual(status, 403)
        assert.match(body, /opened in the last 5 minutes\. Run `rollcall console` again/u)
      }
      const again = yield* enter
      assert.strictEqual((yield* rotate(again.csrf, { Cookie: again.Cookie })).status, 200)
      assert.lengthOf(asked, 2)
      assert.notInclude(asked.join("\n"), "xoxb-1-new")
    }).pipe(Effect.scoped),
  )

  it.live("takes secrets out of a form at once, and shows none that somebody put into the wrong place", () =>
    Effect.gen(function* () {
      const token = "xoxb-1-2-abcdefghijklmnop"
      const { send, get, asked, csrf, Cookie } = yield* visited([
        { name: "sales", labels: { note: token }, state: "Failed", because: `Slack said ${token}.` },
      ])
      const form = { csrf, name: "ops", module: "slack-pro", "set-token": token, "set-rate-limits": "published" }
      assert.strictEqual((yield* send("/act/add", { ...form, labels: "team=Ops\nsite = Leeds" })).status, 200)
      assert.deepStrictEqual(
        asked.map((one) => one.split(" for ")[0]),
        ['add ["ops","slack-pro",{"team":"Ops","site":"Leeds"},{},["token"],["<redacted>"]]'],
      )
      const checked = yield* send("/act/check", form)
      const texts = [checked.body]
      for (const path of ["/", "/live", "/connection?name=sales", "/live/connection?name=sales"]) {
        texts.push((yield* get(path, { Cookie })).body)
      }
      for (const text of texts) {
        assert.notInclude(text, token)
        assert.include(text, "<secret>".replaceAll("<", text.startsWith("{") ? "<" : String.raw`\u003c`))
      }
    }).pipe(Effect.scoped),
  )

  it.effect("ends a session half an hour after the last page, to which what a script fetches does not count", () =>
    Effect.gen(function* () {
      const { get, Cookie } = yield* visited()
      yield* TestClock.adjust(sessionMillis.idle - 1)
      assert.strictEqual((yield* get("/", { Cookie })).status, 200)
      yield* TestClock.adjust(sessionMillis.idle - 1)
      assert.strictEqual((yield* get("/live", { Cookie })).status, 200)
      yield* TestClock.adjust(1)
      const { status, body } = yield* get("/", { Cookie })
      assert.deepStrictEqual(
        [status, body],
        [403, "This session is over. Run `rollcall console` again for a new link.\n"],
      )
      assert.strictEqual((yield* get("/", { Cookie })).status, 403)
    }).pipe(Effect.scoped),
  )

  it.effect("ends a session after eight hours, however much it is used", () =>
    Effect.gen(function* () {
      const { get, Cookie } = yield* visited()
      for (let minutes = 20; minutes < 480; minutes += 20) {
        yield* TestClock.adjust("20 minutes")
        assert.strictEqual((yield* get("/", { Cookie })).status, 200)
      }
      yield* TestClock.adjust("20 minutes")
      assert.strictEqual((yield* get("/", { Cookie })).status, 403)
    }).pipe(Effect.scoped),
  )
})
