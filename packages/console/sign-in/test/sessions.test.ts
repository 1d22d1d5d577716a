// How long somebody stays signed in to the console, what is kept of it, and who has to sign in again.
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConsoleAddress, SignIn } from "@rollcall/console"
import type { Visitor } from "@rollcall/console"
import { StoreError } from "@rollcall/connector"
import { SessionStore, sessionStoreFile } from "@rollcall/session-store"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Context, Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { oidcSignIn } from "../src/index.ts"
import type { Browser, World } from "./signIn.ts"
import { world } from "./signIn.ts"

const minutes = (count: number) => count * 60_000

/** Tokens bear real times, so the clock of the test begins with those. */
const now = Effect.suspend(() => TestClock.setTime(Date.now()))

const status = (reply: Effect.Effect<{ readonly status: number }>) => Effect.map(reply, ({ status: code }) => code)

const cookieIn = ({ jar }: Browser, name: RegExp) =>
  [...jar].find(([key]) => name.test(key)) ?? assert.fail("No cookie.")

/** Who the console takes a browser for. */
const visitorOf = ({ services, origin }: World, [name, value]: readonly [string, string]) =>
  Context.get(services, SignIn).visitorOf({
    head: {
      method: "GET",
      target: "/",
      headers: [
        ["Host", new URL(origin).host],
        ["Cookie", `${name}=${value}`],
      ],
    },
    path: "/",
    query: new URLSearchParams(),
    isBackground: false,
  })

const isVisitor = (one: object): one is Visitor => "subject" in one

describe("a session of the console", () => {
  it.effect("ends half an hour after the last page, to which what a script fetches does not count", () =>
    Effect.gen(function* () {
      yield* now
      const { browser } = yield* world()
      const { open, get } = browser()
      yield* open("/")
      const data = { "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty" }
      yield* TestClock.adjust(minutes(30) - 1)
      assert.strictEqual(yield* status(get("/")), 200)
      yield* TestClock.adjust(minutes(30) - 1)
      assert.strictEqual(yield* status(get("/live", data)), 200)
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* status(get("/live", data)), 303)
      const { headers } = yield* get("/connection?name=sales")
      assert.strictEqual(headers.get("location"), "/sign-in?to=%2Fconnection%3Fname%3Dsales")
    }).pipe(Effect.scoped),
  )

  it.effect("ends after eight hours, however much it is used", () =>
    Effect.gen(function* () {
      yield* now
      const { browser } = yield* world()
      const { open, get } = browser()
      yield* open("/")
      for (let passed = 20; passed < 480; passed += 20) {
        yield* TestClock.adjust("20 minutes")
        assert.strictEqual(yield* status(get("/")), 200)
      }
      yield* TestClock.adjust("20 minutes")
      assert.strictEqual(yield* status(get("/")), 303)
    }).pipe(Effect.scoped),
  )

  it.live("is a cookie that scripts and other sites do not get, of which the store has a hash alone", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("sessions")
      const sessions = Layer.orDie(sessionStoreFile(join(folder, "sessions.db")))
      const made = yield* world({}, sessions)
      const browser = made.browser()
      const shown = yield* browser.open("/", "/sign-in/callback")
      const reply = yield* browser.get(shown.at)
      const [name, value] = cookieIn(browser, /^rollcall_session/u)
      assert.strictEqual(name, `rollcall_session_${made.port}`)
      assert.match(value, /^[\w-]{43}$/u)
      assert.strictEqual(reply.headers.get("set-cookie"), `${name}=${value}; Path=/; HttpOnly; SameSite=Lax`)
      const stored = readdirSync(folder)
        .map((file) => readFileSync(join(folder, file), "latin1"))
        .join("")
      assert.include(stored, "Ada Lovelace")
      const csrf = yield* browser.csrf
      const [, attempt] = cookieIn(browser, /^rollcall_sign_in/u)
      for (const secret of [value, csrf, attempt.split(".")[0] ?? ""]) assert.notInclude(stored, secret)
      assert.notInclude(made.logged.join("\n"), value)
      assert.include(made.logged.join("\n"), '"sub":"ada"')
    }).pipe(Effect.scoped),
  )

  it.live("over https is a cookie of this host alone, which never goes without TLS", () =>
    Effect.gen(function* () {
      const made = yield* world({ url: "https://console.example" })
      const browser = made.browser()
      const begun = yield* browser.get("/sign-in")
      assert.match(
        begun.headers.get("set-cookie") ?? "",
        /^__Host-rollcall_sign_in=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/u,
      )
      assert.include(begun.headers.get("location"), encodeURIComponent("https://console.example/sign-in/callback"))
      const shown = yield* browser.open("/", "/sign-in/callback")
      const { headers } = yield* browser.get(shown.at, { "Sec-Fetch-Site": "cross-site" })
      assert.match(
        headers.get("set-cookie") ?? "",
        /^__Host-rollcall_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/u,
      )
      assert.strictEqual(yield* status(browser.get("/")), 200)
      assert.strictEqual(yield* status(browser.get("/", { Host: `127.0.0.1:${made.port}` })), 403)
      assert.strictEqual(yield* status(browser.send("/sign-out", {}, { Origin: `http://console.example` })), 403)
    }).pipe(Effect.scoped),
  )

  it.live("is a new one with each sign-in, and none that somebody has put into the browser", () =>
    Effect.gen(function* () {
      const made = yield* world()
      const browser = made.browser()
      const name = `rollcall_session_${made.port}`
      browser.jar.set(name, "x".repeat(43))
      yield* browser.open("/")
      const first = cookieIn(browser, /^rollcall_session/u)
      assert.notStrictEqual(first[1], "x".repeat(43))
      yield* browser.open("/sign-in")
      const second = cookieIn(browser, /^rollcall_session/u)
      assert.notStrictEqual(second[1], first[1])
      assert.isFalse(isVisitor(yield* visitorOf(made, first)), "The one before is over.")
      assert.isTrue(isVisitor(yield* visitorOf(made, second)))
      // Two of one name, as another server of this machine may have set one.
      assert.isFalse(isVisitor(yield* visitorOf(made, [name, `${second[1]}; ${name}=other`])))
    }).pipe(Effect.scoped),
  )

  it.live("is over when somebody signs out, which only a form of their own page does", () =>
    Effect.gen(function* () {
      const made = yield* world()
      const [browser, other] = [made.browser(), made.browser()]
      yield* browser.open("/")
      yield* other.open("/")
      const session = cookieIn(browser, /^rollcall_session/u)
      const csrf = yield* browser.csrf
      const refused: ReadonlyArray<readonly [csrf: string, headers: Record<string, string | undefined>]> = [
        ["", {}],
        [yield* other.csrf, {}],
        [csrf, { Origin: "https://evil.example" }],
        [csrf, { Origin: undefined }],
        [csrf, { "Sec-Fetch-Site": "cross-site" }],
        [csrf, { "Sec-Fetch-Site": "same-site" }],
        [csrf, { "Sec-Fetch-Site": undefined }],
      ]
      for (const [token, headers] of refused) {
        assert.strictEqual(yield* status(browser.send("/sign-out", { csrf: token }, headers)), 403)
      }
      assert.strictEqual(yield* status(browser.get("/sign-out")), 405)
      assert.isTrue(isVisitor(yield* visitorOf(made, session)))
      const reply = yield* browser.send("/sign-out", { csrf })
      assert.deepStrictEqual([reply.status, JSON.parse(reply.body)], [200, { done: "You are signed out." }])
      assert.isFalse(isVisitor(yield* visitorOf(made, session)))
      // The issuer still knows them, so they are not led there by themselves, and there they are asked.
      const out = yield* browser.open("/")
      assert.deepStrictEqual([out.reply.status, out.trail], [403, ["/"]])
      assert.include(out.reply.body, `You are signed out. Open ${made.origin}/sign-in to sign in again.`)
      const { trail, reply: shown } = yield* browser.open("/sign-in")
      assert.strictEqual(new URL(trail[1] ?? "").searchParams.get("prompt"), "login")
      assert.strictEqual(shown.status, 200)
      assert.strictEqual(yield* status(other.get("/")), 200)
    }).pipe(Effect.scoped),
  )

  it.live("is known to another worker that has the same store, which also takes the answer of the issuer", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("sessions")
      const sessions = Layer.orDie(sessionStoreFile(join(folder, "sessions.db")))
      const url = "https://console.example"
      const one = yield* world({ url }, sessions)
      const two = yield* Layer.build(
        Layer.provide(oidcSignIn(one.settings), [ConsoleAddress.layer({ port: 0, url }), Layer.fresh(sessions)]),
      )
      const browser = one.browser()
      const { at } = yield* browser.open("/", "/sign-in/callback")
      const request = (target: string) => ({
        head: {
          method: "GET",
          target,
          headers: [["Cookie", [...browser.jar].map((pair) => pair.join("=")).join("; ")]] as const,
        },
        path: "/sign-in/callback",
        query: new URL(target, url).searchParams,
        isBackground: false,
      })
      const { routes, visitorOf: byTwo } = Context.get(two, SignIn)
      const route = routes.get("/sign-in/callback") ?? assert.fail("There is no such path.")
      const reply = yield* route.answer(request(at), Effect.die("It has no form."))
      const [, id = ""] = /^__Host-rollcall_session=([\w-]+)/u.exec(String(reply.headers["set-cookie"])) ?? []
      browser.jar.set("__Host-rollcall_session", id)
      assert.strictEqual(yield* status(browser.get("/")), 200)
      assert.deepInclude(yield* byTwo(request("/")), { subject: "ada", role: "admin", csrfToken: yield* browser.csrf })
    }).pipe(Effect.scoped),
  )

  it.live("is not looked up, and nobody let in, while the store is away", () =>
    Effect.gen(function* () {
      const away = Effect.fail(
        new StoreError({ reason: "Unreachable", message: "The database cannot be reached.", hint: "Wait." }),
      )
      const store = { add: () => away, find: () => away, used: () => away, remove: () => away, removeOlder: () => away }
      const made = yield* world({}, Layer.succeed(SessionStore, store))
      const browser = made.browser()
      assert.strictEqual((yield* browser.open("/")).reply.status, 503)
      browser.jar.set(`rollcall_session_${made.port}`, "x".repeat(43))
      const { body, status: code } = yield* browser.get("/")
      assert.deepStrictEqual([code, body], [503, "The database cannot be reached. Wait.\n"])
    }).pipe(Effect.scoped),
  )
})

describe("what asks for a fresh sign-in", () => {
  const backTo = "/rotate?name=sales"

  /** What they are answered who want to rotate a token. */
  const unlessFresh = (made: World, browser: Browser) =>
    Effect.gen(function* () {
      const visitor = yield* visitorOf(made, cookieIn(browser, /^rollcall_session/u))
      const reply = yield* isVisitor(visitor)
        ? Context.get(made.services, SignIn).unlessFresh(visitor, backTo)
        : Effect.die("Nobody is signed in.")
      return reply?.headers["location"]
    })
  const fresh = "/sign-in?to=%2Frotate%3Fname%3Dsales&fresh="

  it.effect("is had by who proved who they are in the last five minutes, and by nobody else", () =>
    Effect.gen(function* () {
      yield* now
      const made = yield* world()
      const browser = made.browser()
      yield* browser.open("/")
      // The issuer says in an ordinary sign-in when that was only if it likes to.
      assert.strictEqual(yield* unlessFresh(made, browser), fresh)
      const { trail } = yield* browser.open(fresh, "/sign-in/callback")
      const asked = new URL(trail.find((step) => step.includes("/auth?")) ?? "").searchParams
      assert.deepStrictEqual([asked.get("prompt"), asked.get("max_age")], ["login", "300"])
      const { at, reply } = yield* browser.open(fresh)
      assert.deepStrictEqual([at, reply.status], [backTo, 404])
      assert.isUndefined(yield* unlessFresh(made, browser))
      // `auth_time` is in whole seconds.
      yield* TestClock.adjust(minutes(5) - 1000)
      assert.isUndefined(yield* unlessFresh(made, browser))
      yield* TestClock.adjust(1000)
      assert.strictEqual(yield* unlessFresh(made, browser), fresh)
      assert.strictEqual(yield* status(browser.get("/")), 200)
    }).pipe(Effect.scoped),
  )

  it.live.each<[what: string, change: (seconds: number) => number | undefined]>([
    ["long before it was asked for", (seconds) => seconds - 400],
    ["it does not say when", () => undefined],
  ])("is not had by who proved who they are %s, whatever the issuer was asked", ([, change]) =>
    Effect.gen(function* () {
      const made = yield* world()
      const browser = made.browser()
      made.issuer.changeToken = (claims) => ({ ...claims, auth_time: change(Number(claims["iat"])) })
      const { reply } = yield* browser.open(fresh)
      assert.strictEqual(reply.status, 403, reply.body)
      // An ordinary sign-in is fine, and is not fresh: also if the browser says that nothing more was asked for.
      yield* browser.open("/")
      assert.strictEqual(yield* unlessFresh(made, browser), fresh)
      const { at } = yield* browser.open(fresh, "/sign-in/callback")
      const [name, value] = cookieIn(browser, /^rollcall_sign_in/u)
      browser.jar.set(name, value.replace(".fresh.", ".any."))
      assert.strictEqual(yield* status(browser.get(at)), 200)
      assert.strictEqual(yield* unlessFresh(made, browser), fresh)
    }).pipe(Effect.scoped),
  )

  it.live("is not had for longer by a time that has not come yet", () =>
    Effect.gen(function* () {
      const made = yield* world()
      const browser = made.browser()
      made.issuer.changeToken = (claims) => ({ ...claims, auth_time: Number(claims["iat"]) + 3600 })
      yield* browser.open("/")
      const visitor = yield* visitorOf(made, cookieIn(browser, /^rollcall_session/u))
      assert.isTrue(isVisitor(visitor) && visitor.signedInAt <= Date.now())
    }).pipe(Effect.scoped),
  )
})
