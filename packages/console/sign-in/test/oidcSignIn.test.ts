// Signing in to the console at a real issuer: who is let in, and each way to be refused.
import { assert, describe, it } from "@effect/vitest"
import { SignIn } from "@rollcall/console"
import type { Claims, Issuer } from "@rollcall/test-kit/issuer"
import { Context, Effect } from "effect"
import type { Browser } from "./signIn.ts"
import { world } from "./signIn.ts"

const callback = "/sign-in/callback"

/** Where the issuer sends a browser that signs in, which does not go there. */
const toCallback = (browser: Browser, from = "/") => Effect.map(browser.open(from, callback), ({ at }) => at)

describe("signing in to the console", () => {
  it.live("leads to the issuer and back to the page, as whoever its claim says", () =>
    Effect.gen(function* () {
      const { issuer, acts, browser } = yield* world()
      const { open, jar, send, csrf } = browser()
      const { reply, trail, at } = yield* open("/?of=ada")
      assert.strictEqual(reply.status, 200, reply.body)
      assert.include(reply.body, "Ada Lovelace (admin)")
      assert.strictEqual(at, "/?of=ada")
      assert.deepStrictEqual(
        trail.map((step) => step.replace(issuer.url, "issuer").replace(/\?.*|[\w-]{15,}/gu, "*")),
        ["/", "/sign-in", "issuer/auth*", "issuer/interaction/*", "issuer/auth/*", callback, "/"],
      )
      const asked = new URL(trail[2] ?? "").searchParams
      assert.strictEqual(asked.get("code_challenge_method"), "S256")
      for (const secret of ["state", "nonce", "code_challenge"]) assert.match(asked.get(secret) ?? "", /^[\w-]{43}$/u)
      assert.strictEqual(asked.get("prompt"), null)
      const own = [...jar].filter(([name]) => name.startsWith("rollcall_"))
      assert.lengthOf(own, 2)
      for (const [, value] of own) assert.notInclude(trail.join(" "), value.split(".")[0] ?? "")
      const paused = yield* send("/act/pause", { name: "sales", csrf: yield* csrf })
      assert.strictEqual(paused.status, 200, paused.body)
      assert.deepStrictEqual(acts, [`pause sales by ada of ${issuer.url} as admin`])
    }).pipe(Effect.scoped),
  )

  it.live("gives the role that gives the most, from the token or from what the issuer tells besides", () =>
    Effect.gen(function* () {
      for (const tellsInToken of [true, false]) {
        const { issuer, browser } = yield* world({ tellsInToken })
        for (const [groups, role] of [
          [["sec-team", "operators", "everybody"], "operator"],
          ["sec-team", "viewer"],
        ] as const) {
          issuer.accounts.set("ada", { groups })
          const { reply } = yield* browser().open("/")
          assert.include(reply.body, `(${role})`)
        }
        assert.strictEqual(issuer.requests.includes("GET /me"), !tellsInToken)
      }
    }).pipe(Effect.scoped),
  )

  it.live.each<[what: string, groups: unknown]>([
    ["no group", undefined],
    ["an empty list of groups", []],
    ["groups that are not mapped", ["everybody", "rollcall-admins-2", "Rollcall-Admins"]],
    ["something else than names", [{ name: "rollcall-admins" }, 7, null]],
    ["a text in which the name stands", "everybody rollcall-admins"],
  ])("lets in nobody with %s", ([, groups]) =>
    Effect.gen(function* () {
      const { issuer, browser } = yield* world()
      issuer.accounts.set("ada", groups === undefined ? {} : { groups })
      const { open, get, jar } = browser()
      const { reply } = yield* open("/")
      assert.strictEqual(reply.status, 403)
      assert.include(reply.body, "You are known, and have no role here")
      assert.isFalse([...jar.keys()].some((name) => name.startsWith("rollcall_session")))
      assert.strictEqual((yield* get("/")).status, 303)
    }).pipe(Effect.scoped),
  )

  const broken: ReadonlyArray<readonly [what: string, change: (claims: Claims) => Claims, says: RegExp]> = [
    ["for another nonce", (claims) => ({ ...claims, nonce: "of-another" }), /JWT_CLAIM_COMPARISON/u],
    ["without a nonce", (claims) => ({ ...claims, nonce: undefined }), /INVALID_RESPONSE|JWT_CLAIM_COMPARISON/u],
    ["for another audience", (claims) => ({ ...claims, aud: "another-client" }), /JWT_CLAIM_COMPARISON/u],
    [
      "for several, of whom another is the one it was made for",
      (claims) => ({ ...claims, aud: ["rollcall-console", "another"], azp: "another" }),
      /JWT_CLAIM_COMPARISON/u,
    ],
    ["of another issuer", (claims) => ({ ...claims, iss: "https://evil.example" }), /JWT_CLAIM_COMPARISON/u],
    ["that is over", (claims) => ({ ...claims, exp: Math.floor(Date.now() / 1000) - 60 }), /JWT_TIMESTAMP_CHECK/u],
    [
      "that is not valid yet",
      (claims) => ({ ...claims, nbf: Math.floor(Date.now() / 1000) + 600 }),
      /JWT_TIMESTAMP_CHECK/u,
    ],
    ["without an end", (claims) => ({ ...claims, exp: undefined }), /INVALID_RESPONSE/u],
    ["of somebody whose id is longer than ids are", (claims) => ({ ...claims, sub: "a".repeat(256) }), /too long/u],
    ["of nobody", (claims) => ({ ...claims, sub: undefined }), /INVALID_RESPONSE/u],
  ]
  it.live.each(broken)("refuses a token %s", ([, change, says]) =>
    Effect.gen(function* () {
      const { issuer, browser } = yield* world()
      yield* isRefused(issuer, browser(), (one) => (one.changeToken = change), says)
    }).pipe(Effect.scoped),
  )

  it.live("refuses a token that the issuer has not signed", () =>
    Effect.gen(function* () {
      const { issuer, browser } = yield* world()
      yield* isRefused(issuer, browser(), (one) => (one.signsWithAnotherKey = true), /INVALID_RESPONSE/u)
    }).pipe(Effect.scoped),
  )

  /** Nobody is let in while the issuer is so, and the same browser is afterwards. */
  const isRefused = Effect.fnUntraced(function* (
    issuer: Issuer,
    { open, jar }: Browser,
    spoil: (issuer: Issuer) => void,
    says: RegExp,
  ) {
    spoil(issuer)
    const { reply } = yield* open("/")
    assert.strictEqual(reply.status, 403, reply.body)
    assert.match(reply.body, says)
    assert.isFalse([...jar.keys()].some((name) => name.startsWith("rollcall_session")))
    Object.assign(issuer, { changeToken: undefined, signsWithAnotherKey: false })
    assert.strictEqual((yield* open("/")).reply.status, 200)
  })

  it.live("refuses an answer with another state, without one, or that another browser had asked for", () =>
    Effect.gen(function* () {
      const { browser } = yield* world()
      const [ada, eve] = [browser(), browser()]
      const at = yield* toCallback(ada)
      const changed = new URL(at, "http://x")
      changed.searchParams.set("state", "another")
      const { status, body } = yield* ada.get(changed.pathname + changed.search)
      assert.deepStrictEqual([status, /OAUTH_INVALID_RESPONSE/u.test(body)], [403, true], body)
      changed.searchParams.delete("state")
      assert.strictEqual((yield* ada.get(changed.pathname + changed.search)).status, 403)
      // Eve has begun nothing; then she has, and gets Ada's answer, as a link could bring it to her.
      assert.include((yield* eve.get(at)).body, "was not begun in this browser")
      yield* toCallback(eve)
      assert.strictEqual((yield* eve.get(at)).status, 403)
      assert.strictEqual((yield* ada.get(at, { "Sec-Fetch-Site": "cross-site" })).status, 200)
    }).pipe(Effect.scoped),
  )

  it.live("refuses the code of another sign-in: its verifier of PKCE is not that of this browser", () =>
    Effect.gen(function* () {
      const { browser } = yield* world()
      const [ada, eve] = [browser(), browser()]
      const code = new URL(yield* toCallback(eve), "http://x").searchParams.get("code") ?? ""
      const own = new URL(yield* toCallback(ada), "http://x")
      own.searchParams.set("code", code)
      const { status, body } = yield* ada.get(own.pathname + own.search)
      assert.deepStrictEqual([status, body.split("(")[0]], [403, "The issuer refused the sign-in "], body)
    }).pipe(Effect.scoped),
  )

  it.live("takes an answer once, also while it is taken", () =>
    Effect.gen(function* () {
      const { browser } = yield* world()
      const ada = browser()
      const at = yield* toCallback(ada)
      const replies = yield* Effect.all([ada.get(at), ada.get(at)], { concurrency: "unbounded" })
      assert.sameMembers(
        replies.map(({ status }) => status),
        [200, 403],
      )
      const { status, body } = yield* ada.get(at)
      assert.deepStrictEqual([status, /refused the sign-in \(invalid_grant\)|was used before/u.test(body)], [403, true])
    }).pipe(Effect.scoped),
  )

  it.live("begins one session with a sign-in, also where the issuer is asked the same once more", () =>
    Effect.gen(function* () {
      const { issuer, browser } = yield* world()
      const ada = browser()
      const { trail } = yield* ada.open("/")
      const asked = trail.find((step) => step.startsWith(`${issuer.url}/auth?`)) ?? assert.fail("Nothing was asked.")
      const { reply, at } = yield* ada.open(asked)
      assert.deepStrictEqual([reply.status, at.split("?")[0]], [403, callback])
      assert.include(reply.body, "This sign-in was used before.")
      assert.strictEqual((yield* ada.open("/")).reply.status, 200)
    }).pipe(Effect.scoped),
  )

  it.live("says so where the issuer refuses, and quotes nothing that it could be made to say", () =>
    Effect.gen(function* () {
      const { issuer, browser } = yield* world()
      const ada = browser()
      const state = new URL(yield* toCallback(ada), "http://x").searchParams.get("state") ?? ""
      const answer = (error: string, iss = issuer.url) => {
        const said = new URLSearchParams({ state, iss, error, error_description: "<b>call 555</b>" })
        return Effect.map(ada.get(`${callback}?${said.toString()}`), ({ status, body }) => [status, body.trim()])
      }
      assert.deepStrictEqual(yield* answer("access_denied"), [
        403,
        "The issuer refused the sign-in (access_denied). Open the console again to sign in.",
      ])
      assert.deepStrictEqual(yield* answer("call 555 for help"), [
        403,
        "The issuer refused the sign-in (without a reason). Open the console again to sign in.",
      ])
      // RFC 9207: the answer of another issuer, which could have been asked in its place.
      assert.match(String(yield* answer("access_denied", "https://evil.example")), /not the answer .*INVALID_RESPONSE/u)
    }).pipe(Effect.scoped),
  )

  it.live("says so where the issuer does not answer, calls itself otherwise, or does not know the client", () =>
    Effect.gen(function* () {
      const away = yield* world({ settings: { issuer: "http://127.0.0.1:9" } })
      const gone = yield* away.browser().open("/")
      assert.deepStrictEqual(
        [gone.reply.status, gone.reply.body.startsWith("The issuer cannot be looked up at http")],
        [503, true],
      )
      const other = yield* world()
      const renamed = yield* world({ settings: { issuer: other.issuer.url.replace("127.0.0.1", "localhost") } })
      assert.strictEqual((yield* renamed.browser().open("/")).reply.status, 503)
      const secretless = yield* world({ settings: { clientSecret: undefined } })
      const refused = yield* secretless.browser().open("/")
      assert.include(refused.reply.body, "The issuer refused the sign-in (invalid_client)")
    }).pipe(Effect.scoped),
  )

  it.live.each<[what: string, path: string, headers: Record<string, string>]>([
    ["under another name", "/sign-in", { Host: "evil.example" }],
    ["with the origin of another site", "/sign-in", { Origin: "https://evil.example" }],
    ["in a frame", "/sign-in", { "Sec-Fetch-Dest": "iframe" }],
    ["for a script", callback, { "Sec-Fetch-Mode": "cors" }],
    ["under another name when somebody comes back", callback, { Host: "evil.example" }],
  ])("answers nothing %s", ([, path, headers]) =>
    Effect.gen(function* () {
      const { issuer, browser } = yield* world()
      const { status, headers: told } = yield* browser().get(path, headers)
      assert.deepStrictEqual([status, told.get("location"), told.get("set-cookie")], [403, undefined, undefined])
      assert.deepStrictEqual(issuer.requests, [])
    }).pipe(Effect.scoped),
  )

  it.live("leads back to a path of the console alone, whatever a link asks for", () =>
    Effect.gen(function* () {
      const { browser } = yield* world()
      for (const to of [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "/sign-out",
        "x",
      ]) {
        const { at, reply } = yield* browser().open(`/sign-in?to=${encodeURIComponent(to)}`)
        assert.deepStrictEqual([at, reply.status], ["/", 200], to)
      }
    }).pipe(Effect.scoped),
  )

  it.live("is what `rollcall console` opens", () =>
    Effect.gen(function* () {
      const { services, origin, browser } = yield* world()
      const { url } = yield* Context.get(services, SignIn).link("file")
      assert.strictEqual(url, `${origin}/sign-in`)
      assert.strictEqual((yield* browser().open("/sign-in")).reply.status, 200)
    }).pipe(Effect.scoped),
  )
})
