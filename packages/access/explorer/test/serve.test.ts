// Who is answered and who is not, over real connections.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { once } from "node:events"
import { connect } from "node:net"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { rawRequest, requestText } from "@rollcall/test-kit/raw-request"
import { freePort, scratchFolder } from "@rollcall/test-kit/scratch"
import { Deferred, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import type { Answer } from "../src/index.ts"
import { entryFile, openInBrowser, secretMillis } from "@rollcall/pages/server"
import { idleMillis, serve } from "../src/index.ts"
import { makeIdleTimer } from "../src/server/IdleTimer.ts"

const asked: Array<string> = []

/** A page of data, which nobody may see who was not let in. */
const answer: Answer = (path, query) =>
  Effect.sync(() => {
    asked.push(path)
    return { status: 200, page: { title: path, script: "1", data: { secretOfTheFile: [...query] } } }
  })

/** A server and the headers of the browser that was let in. */
const visited = Effect.suspend(() => visiting(answer))

const visiting = Effect.fnUntraced(function* (answering: Answer) {
  const serving = yield* serve(answering, 0)
  const host = `127.0.0.1:${serving.port}`
  const link = yield* serving.issue("link")
  const get = (target: string, headers: Readonly<Record<string, string | undefined>> = {}, method?: string) =>
    rawRequest(serving.port, requestText(target, { Host: host, ...headers }, method))
  const entered = yield* get(targetOf(link))
  const cookie = cookieOf(entered.headers.get("set-cookie"))
  return { serving, host, get, link, entered, cookie }
})

/** A connection on which nothing is sent, as long as the scope lasts. */
const openConnection = (port: number) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const socket = connect(port, "127.0.0.1").on("error", () => undefined)
      await once(socket, "connect")
      return socket
    }),
    (socket) => Effect.sync(() => socket.destroy()),
  )

const targetOf = (url: string): string => new URL(url).pathname + new URL(url).search

const cookieOf = (setCookie: string | undefined): string => setCookie?.split(";")[0] ?? ""

describe("the explorer's server", () => {
  it.live("lets a browser in by its link once, and gives it a cookie that no script and no other site has", () =>
    Effect.gen(function* () {
      const { entered, get, link, cookie, serving } = yield* visited
      assert.strictEqual(entered.status, 303)
      assert.strictEqual(entered.headers.get("location"), "/")
      assert.match(
        entered.headers.get("set-cookie") ?? "",
        new RegExp(`^rollcall_explorer_${serving.port}=[\\w-]{43}; Path=/; HttpOnly; SameSite=Strict$`, "u"),
      )
      // Who reads the link later, such as in a terminal, knows no cookie.
      assert.notInclude(cookie, new URL(link).searchParams.get("key") ?? "")
      assert.strictEqual((yield* get("/", { Cookie: cookie })).status, 200)
      const again = yield* get(targetOf(link))
      assert.deepStrictEqual([again.status, again.headers.get("set-cookie")], [403, undefined])
      assert.match(again.body, /works once, within a minute/u)
    }).pipe(Effect.scoped),
  )

  it.live("answers pages with headers that keep them from caches, frames, other sites and other scripts", () =>
    Effect.gen(function* () {
      const { get, cookie } = yield* visited
      const { headers } = yield* get("/people", { Cookie: cookie })
      const policy = headers.get("content-security-policy") ?? ""
      assert.match(policy, /^default-src 'none'; script-src 'sha256-.*; frame-ancestors 'none'$/u)
      assert.deepInclude(Object.fromEntries(headers), {
        "cache-control": "no-store",
        "cross-origin-embedder-policy": "require-corp",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      })
    }).pipe(Effect.scoped),
  )

  const refusals: ReadonlyArray<
    readonly [
      what: string,
      status: number,
      target: string,
      headers: Readonly<Record<string, string | undefined>>,
      method?: string,
    ]
  > = [
    ["a name that another DNS server gave it", 403, "/", { Host: "rebound.example" }],
    ["the name localhost, which a cookie of 127.0.0.1 does not go to", 403, "/", { Host: "localhost" }],
    ["its address without the port", 403, "/", { Host: "127.0.0.1" }],
    ["no Host", 400, "/", { Host: undefined }],
    ["a page of another site by its Origin", 403, "/", { Origin: "https://evil.example" }],
    ["a page without an origin", 403, "/", { Origin: "null" }],
    ["a page of another site by Sec-Fetch-Site", 403, "/", { "Sec-Fetch-Site": "cross-site" }],
    ["a page of another port of this machine", 403, "/", { "Sec-Fetch-Site": "same-site" }],
    ["a page that fetches", 403, "/", { "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors" }],
    ["a page that frames it", 403, "/", { "Sec-Fetch-Site": "none", "Sec-Fetch-Dest": "iframe" }],
    ["POST", 405, "/", {}, "POST"],
    ["HEAD", 405, "/", {}, "HEAD"],
    ["OPTIONS", 405, "/", {}, "OPTIONS"],
    ["a request with content", 400, "/", { "Content-Length": "5" }],
    ["a request with content of any length", 400, "/", { "Transfer-Encoding": "chunked" }],
    ["no cookie", 403, "/", { Cookie: undefined }],
    ["a wrong cookie", 403, "/", { Cookie: "rollcall_explorer_0=x" }],
    ["an address that is too long", 414, `/?search=${"a".repeat(5000)}`, {}],
    ["headers that are too long", 431, "/", { "X-More": "a".repeat(20_000) }],
    ["the address of another server", 403, "http://evil.example/", { Host: "evil.example" }],
    ["a whole address", 400, "http://127.0.0.1/", {}],
    ["a path that begins with two slashes", 400, "//evil.example/", {}],
  ]
  it.live.each(refusals)("refuses %s with %d", ([, status, target, headers, method]) =>
    Effect.gen(function* () {
      const { get, cookie } = yield* visited
      asked.length = 0
      const reply = yield* get(target, { Cookie: cookie, ...headers }, method)
      assert.strictEqual(reply.status, status, reply.body)
      assert.deepStrictEqual([reply.headers.get("set-cookie"), asked], [undefined, []])
      assert.notInclude(reply.body, "secretOfTheFile")
      if (status === 405) assert.strictEqual(reply.headers.get("allow"), "GET")
      // What Node refuses by itself has no headers of ours.
      if (status === 431 || (headers["Host"] === undefined && "Host" in headers)) return
      assert.deepInclude(Object.fromEntries(reply.headers), {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      })
    }).pipe(Effect.scoped),
  )

  it.live("reads nothing more on the connection of a request that it refuses", () =>
    Effect.gen(function* () {
      const { serving, host, cookie } = yield* visited
      const request = (headers: Readonly<Record<string, string>>) =>
        requestText("/", { Host: host, ...headers }).replace("Connection: close\r\n", "")
      const reply = yield* rawRequest(serving.port, request({}) + request({ Cookie: cookie }))
      assert.deepStrictEqual([reply.status, reply.headers.get("connection")], [403, "close"])
      assert.notInclude(reply.body, "HTTP/1.1 200")
    }).pipe(Effect.scoped),
  )

  it.live("refuses a second Host, whichever of the two is its own", () =>
    Effect.gen(function* () {
      const { serving, host, cookie } = yield* visited
      for (const hosts of [
        [host, "evil.example"],
        ["evil.example", host],
      ]) {
        const text = [
          "GET / HTTP/1.1",
          ...hosts.map((name) => `Host: ${name}`),
          `Cookie: ${cookie}`,
          "Connection: close",
          "",
          "",
        ]
        assert.include([400, 403], (yield* rawRequest(serving.port, text.join("\r\n"))).status)
      }
    }).pipe(Effect.scoped),
  )

  it.live("takes its cookie among those of other servers of this machine, and no other of the name", () =>
    Effect.gen(function* () {
      const { get, cookie } = yield* visited
      const [name = ""] = cookie.split("=")
      assert.strictEqual((yield* get("/", { Cookie: `other=1; ${cookie}; more=2` })).status, 200)
      assert.strictEqual((yield* get("/", { Cookie: `${name}=guess; ${name}` })).status, 403)
      assert.strictEqual((yield* get("/", { Cookie: cookie.replace(name, "other") })).status, 403)
    }).pipe(Effect.scoped),
  )

  it.live("takes no secret that is wrong, that came from another site, or that a new one has replaced", () =>
    Effect.gen(function* () {
      const { serving, get } = yield* visited
      const first = targetOf(yield* serving.issue("link"))
      const second = targetOf(yield* serving.issue("link"))
      const statuses = [
        yield* get("/link"),
        yield* get("/link?key=guess"),
        yield* get(first),
        yield* get(second, { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" }),
        yield* get(second.replace("/link", "/file")),
        yield* get(second),
      ].map(({ status }) => status)
      assert.deepStrictEqual(statuses, [403, 403, 403, 403, 403, 303])
    }).pipe(Effect.scoped),
  )

  it.effect("takes no secret after a minute", () =>
    Effect.gen(function* () {
      const { serving, get } = yield* visited
      const late = targetOf(yield* serving.issue("link"))
      yield* TestClock.adjust(secretMillis)
      assert.strictEqual((yield* get(late)).status, 403)
      const inTime = targetOf(yield* serving.issue("link"))
      yield* TestClock.adjust(secretMillis - 1)
      assert.strictEqual((yield* get(inTime)).status, 303)
    }).pipe(Effect.scoped),
  )

  it.live("lets a browser in from a file without a page, and shows data only after it has gone on", () =>
    Effect.gen(function* () {
      const { serving, get } = yield* visited
      const elsewhere = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" }
      const file = targetOf(yield* serving.issue("file"))
      // A page of another port of this machine is no file.
      assert.strictEqual((yield* get(file, { ...elsewhere, "Sec-Fetch-Site": "same-site" })).status, 403)
      const entered = yield* get(file, elsewhere)
      assert.deepStrictEqual([entered.status, entered.body], [204, ""])
      assert.strictEqual(entered.headers.get("cache-control"), "no-store")
      const cookie = cookieOf(entered.headers.get("set-cookie"))
      const start = yield* get(targetOf(serving.start), elsewhere)
      assert.strictEqual(start.status, 200)
      assert.notInclude(start.body, "secretOfTheFile")
      assert.strictEqual((yield* get("/", { ...elsewhere, Cookie: cookie })).status, 403)
      assert.strictEqual((yield* get("/", { Cookie: cookie, "Sec-Fetch-Site": "same-origin" })).status, 200)
    }).pipe(Effect.scoped),
  )

  it.effect("ends after thirty minutes without a page, which nobody prolongs who was not let in", () =>
    Effect.gen(function* () {
      const { serving, get, cookie } = yield* visited
      const ended = yield* Effect.forkChild(serving.idle)
      const isOver = () => ended.pollUnsafe() !== undefined
      yield* TestClock.adjust(idleMillis - 1)
      yield* get("/", { Cookie: cookie })
      yield* TestClock.adjust(idleMillis - 1)
      assert.isFalse(isOver())
      yield* get("/")
      yield* get("/link?key=guess")
      yield* TestClock.adjust(1)
      yield* Fiber.join(ended)
      assert.isTrue(isOver())
    }).pipe(Effect.scoped),
  )

  it.effect("does not end while a page is being answered, however long that takes", () =>
    Effect.gen(function* () {
      const { during, idle } = yield* makeIdleTimer
      const ended = yield* Effect.forkChild(idle)
      yield* Effect.forkChild(during(Effect.sleep(2.5 * idleMillis)))
      yield* TestClock.adjust(2 * idleMillis)
      assert.isUndefined(ended.pollUnsafe())
      yield* TestClock.adjust(1.5 * idleMillis)
      yield* Fiber.join(ended)
    }),
  )

  it.effect("counts thirty minutes from when there is a page to ask for, however long the file took", () =>
    Effect.gen(function* () {
      const { idle } = yield* makeIdleTimer
      yield* TestClock.adjust(2 * idleMillis)
      const ended = yield* Effect.forkChild(idle)
      yield* TestClock.adjust(idleMillis - 1)
      assert.isUndefined(ended.pollUnsafe())
      yield* TestClock.adjust(1)
      yield* Fiber.join(ended)
    }),
  )

  it.live("answers with 500 and no detail where a page fails because of a bug, and goes on", () =>
    Effect.gen(function* () {
      const { get, cookie } = yield* visiting((path, query) =>
        path === "/broken" ? Effect.die(new Error("secretOfTheFile")) : answer(path, query),
      )
      const { status, body } = yield* get("/broken", { Cookie: cookie })
      assert.deepStrictEqual([status, body], [500, "Rollcall failed because of a bug; please report it.\n"])
      assert.strictEqual((yield* get("/", { Cookie: cookie })).status, 200)
    }).pipe(Effect.scoped),
  )

  it.live("stops the work for a page when the browser goes away", () =>
    Effect.gen(function* () {
      const [begun, stopped] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
      const { get, cookie } = yield* visiting(() =>
        Deferred.succeed(begun, undefined).pipe(
          Effect.andThen(Effect.never),
          Effect.onInterrupt(() => Deferred.succeed(stopped, undefined)),
        ),
      )
      const asking = yield* Effect.forkChild(get("/", { Cookie: cookie }))
      yield* Deferred.await(begun)
      yield* Fiber.interrupt(asking)
      yield* Deferred.await(stopped)
    }).pipe(Effect.scoped),
  )

  it.live("holds a hundred connections and no more, whoever opens them", () =>
    Effect.gen(function* () {
      const { serving, host } = yield* visited
      const idle = yield* Effect.forEach(Array.from({ length: 100 }), () => openConnection(serving.port))
      const tried = rawRequest(serving.port, requestText("/", { Host: host })).pipe(
        Effect.map(({ status }) => status),
        Effect.catchDefect(() => Effect.succeed(Number.NaN)),
      )
      assert.isNaN(yield* tried)
      idle[0]?.destroy()
      // As soon as the server knows that one is gone.
      assert.strictEqual(yield* Effect.repeat(tried, { until: (status) => !Number.isNaN(status) }), 403)
    }).pipe(Effect.scoped),
  )

  it.live("listens on 127.0.0.1 alone, and says that a port is taken", () =>
    Effect.gen(function* () {
      const { serving } = yield* visited
      const failure = yield* Effect.flip(serve(answer, serving.port))
      assert.strictEqual(failure.kind, "configuration")
      assert.match(failure.message, new RegExp(`port ${serving.port}: another program does`, "u"))
      const port = yield* freePort
      assert.strictEqual((yield* serve(answer, port)).port, port)
      for (const elsewhere of ["127.0.0.2", "::1"]) {
        const reached = yield* Effect.exit(rawRequest(port, requestText("/", {}), elsewhere))
        assert.isTrue(Exit.isFailure(reached), elsewhere)
      }
    }).pipe(Effect.scoped),
  )

  it.live("ends when its scope ends, also with a page that is not answered yet", () =>
    Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const { port, asking } = yield* Effect.scoped(
        Effect.gen(function* () {
          const { serving, get, cookie } = yield* visiting(() =>
            Effect.andThen(Deferred.succeed(begun, undefined), Effect.never),
          )
          const fiber = yield* Effect.forkDetach(get("/", { Cookie: cookie }))
          yield* Deferred.await(begun)
          return { port: serving.port, asking: fiber }
        }),
      )
      yield* Fiber.await(asking)
      const failed = yield* Effect.exit(rawRequest(port, requestText("/", {})))
      assert.strictEqual(failed._tag, "Failure")
    }),
  )
})

describe("the file that opens a browser", () => {
  it.live("is this user's alone, in a folder of its own, and goes with it", () =>
    Effect.gen(function* () {
      const parent = yield* scratchFolder("entry")
      const addresses = { first: "http://127.0.0.1:1/file?key=S", second: "http://127.0.0.1:1/start" }
      yield* Effect.scoped(
        Effect.gen(function* () {
          const path = yield* entryFile(addresses, parent)
          assert.strictEqual(statSync(path).mode & 0o777, 0o600)
          assert.strictEqual(statSync(dirname(path)).mode & 0o777, 0o700)
          assert.include(readFileSync(path, "utf8"), addresses.first)
        }),
      )
      assert.deepStrictEqual(readdirSync(parent), [])
    }).pipe(Effect.scoped),
  )

  it.effect("is gone after a minute, when its secret is no longer taken", () =>
    Effect.gen(function* () {
      const parent = yield* scratchFolder("entry")
      yield* entryFile({ first: "a", second: "b" }, parent)
      yield* TestClock.adjust(secretMillis - 1)
      assert.lengthOf(readdirSync(parent), 1)
      yield* TestClock.adjust(1)
      assert.deepStrictEqual(readdirSync(parent), [])
    }).pipe(Effect.scoped),
  )

  it.live("is refused with what to do where it cannot be written", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(Effect.scoped(entryFile({ first: "a", second: "b" }, "/nowhere/at/all")))
      assert.match(`${failure.message} ${failure.hint}`, /\/nowhere\/at\/all.*--no-open/u)
    }),
  )

  it.effect.skipIf(process.platform !== "linux")("is opened by a program that may stay as long as the browser", () =>
    Effect.gen(function* () {
      const bin = yield* scratchFolder("opener")
      writeFileSync(
        join(bin, "xdg-open"),
        `#!/bin/sh\necho $$ > ${bin}/pid.new; mv ${bin}/pid.new ${bin}/pid\nexec sleep 300\n`,
        { mode: 0o755 },
      )
      const path = process.env["PATH"] ?? ""
      process.env["PATH"] = `${bin}:${path}`
      const opening = yield* Effect.forkChild(openInBrowser("x.html"), { startImmediately: true })
      process.env["PATH"] = path
      const pid = yield* Effect.acquireRelease(
        Effect.promise(async () => {
          // oxlint-disable-next-line no-await-in-loop -- Until the program has begun.
          while (!readdirSync(bin).includes("pid")) await new Promise((next) => setImmediate(next))
          return Number(readFileSync(join(bin, "pid"), "utf8"))
        }),
        (stays) => Effect.sync(() => process.kill(stays)),
      )
      assert.isTrue(process.kill(pid, 0))
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.join(opening)
    }).pipe(Effect.scoped),
  )

  it.live("is opened by a program that may not be there, which is said", () =>
    Effect.gen(function* () {
      const path = process.env["PATH"]
      process.env["PATH"] = "/nowhere"
      const failure = yield* Effect.flip(openInBrowser("x.html")).pipe(
        Effect.ensuring(Effect.sync(() => (process.env["PATH"] = path))),
      )
      assert.match(failure.message, /is not there$/u)
    }),
  )
})
