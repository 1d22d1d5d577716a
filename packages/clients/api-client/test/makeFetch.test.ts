// Real servers, since it is about connections: one that prefers HTTP/2, as Slack's do, and a proxy.
import { execFile } from "node:child_process"
import { once } from "node:events"
import { createServer as createHttpServer } from "node:http"
import { createSecureServer } from "node:http2"
import { type AddressInfo, connect, type Server, type Socket } from "node:net"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { inspect, promisify } from "node:util"
import { brotliCompressSync, gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { generate } from "selfsigned"
import { exchangeFacts, makeFetch, networkReason } from "../src/index.ts"

/** Listens on a port until the test ends, and gives the port. */
const listening = Effect.fnUntraced(function* (server: Server, host = "127.0.0.1") {
  const sockets = new Set<Socket>()
  server.on("connection", (socket: Socket) => {
    sockets.add(socket)
    socket.on("error", () => socket.destroy())
  })
  yield* Effect.addFinalizer(() =>
    Effect.promise(async () => {
      server.close()
      for (const socket of sockets) socket.destroy()
      await once(server, "close")
    }),
  )
  server.listen(0, host)
  yield* Effect.promise(() => once(server, "listening"))
  const address: AddressInfo | string | null = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
})

/** A server for `localhost` and `slack.test` that prefers HTTP/2 and answers with the version that was spoken. */
const startServer = Effect.gen(function* () {
  const { private: key, cert } = yield* Effect.promise(() =>
    generate([{ name: "commonName", value: "localhost" }], {
      keyType: "ec",
      extensions: [
        { name: "basicConstraints", cA: true },
        { name: "subjectAltName", altNames: ["localhost", "slack.test"].map((value) => ({ type: 2, value })) },
      ],
    }),
  )
  setDefaultCACertificates([...getCACertificates("bundled"), cert])
  const server = createSecureServer({ key, cert, allowHTTP1: true }, ({ httpVersion }, response) =>
    response.end(httpVersion),
  )
  return yield* listening(server)
})

/** A proxy that tunnels to the port, whatever host it is asked for, and writes down which. */
const startProxy = Effect.fnUntraced(function* (port: number) {
  const asked: Array<string | undefined> = []
  const proxy = createHttpServer()
  proxy.on("connect", ({ url }, client) => {
    asked.push(url)
    const upstream = connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n")
      upstream.pipe(client)
      client.pipe(upstream)
    })
    upstream.on("error", () => client.destroy())
    client.on("error", () => upstream.destroy())
  })
  return { port: yield* listening(proxy), asked }
})

/** Sets a variable of the environment until the test ends. */
const withVariable = (name: string, value: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      process.env[name] = value
    }),
    () =>
      Effect.sync(() => {
        delete process.env[name]
      }),
  )

const ask = (fetch: ReturnType<typeof makeFetch>, url: string) =>
  Effect.tryPromise(async () => {
    const response = await fetch(url, {})
    return response.text()
  })

describe("a fetch", () => {
  it.live("speaks HTTP/1.1, also to a server that prefers HTTP/2", () =>
    Effect.gen(function* () {
      const port = yield* startServer
      assert.strictEqual(yield* ask(makeFetch(), `https://localhost:${port}/`), "1.1")
    }).pipe(Effect.scoped),
  )

  it.live("opens another connection once the server has closed the one it had", () =>
    Effect.gen(function* () {
      let connections = 0
      const server = createHttpServer((_, response) => response.setHeader("connection", "close").end("here"))
      server.on("connection", () => connections++)
      const url = `http://127.0.0.1:${yield* listening(server)}/`
      const fetch = makeFetch()
      assert.deepStrictEqual([yield* ask(fetch, url), yield* ask(fetch, url), connections], ["here", "here", 2])
    }).pipe(Effect.scoped),
  )

  for (const scheme of ["http://", ""]) {
    it.live(`goes through the proxy that HTTPS_PROXY names, as ${scheme}host:port`, () =>
      Effect.gen(function* () {
        const proxy = yield* startProxy(yield* startServer)
        yield* withVariable("HTTPS_PROXY", `${scheme}127.0.0.1:${proxy.port}`)
        assert.strictEqual(yield* ask(makeFetch(), "https://slack.test/"), "1.1")
        assert.deepStrictEqual(proxy.asked, ["slack.test:443"])
      }).pipe(Effect.scoped),
    )
  }

  it.live("goes through no proxy to this machine, nor to what NO_PROXY names", () =>
    Effect.gen(function* () {
      const port = yield* startServer
      const proxy = yield* startProxy(port)
      yield* withVariable("HTTPS_PROXY", `http://127.0.0.1:${proxy.port}`)
      yield* withVariable("NO_PROXY", "slack.test")
      const fetch = makeFetch()
      assert.strictEqual(yield* ask(fetch, `https://localhost:${port}/`), "1.1")
      yield* Effect.flip(ask(fetch, "https://slack.test/"))
      assert.deepStrictEqual(proxy.asked, [])
    }).pipe(Effect.scoped),
  )

  for (const proxy of ["http://no proxy/", "http://ada:100%@127.0.0.1:9"]) {
    it.live(`fails its request where the proxy cannot be used: ${proxy}`, () =>
      Effect.gen(function* () {
        yield* withVariable("HTTPS_PROXY", proxy)
        const error = yield* Effect.flip(ask(makeFetch(), "https://slack.test/"))
        assert.strictEqual(networkReason(error.cause, "slack.test").problem, "proxy")
      }).pipe(Effect.scoped),
    )
  }

  for (const [status, problem] of [
    [407, "proxyPassword"],
    [403, "proxyDenies"],
    [500, "proxyFailed"],
    [502, "proxyFailed"],
    [503, "proxyFailed"],
    [504, "proxyFailed"],
    [404, "proxy"],
  ] as const) {
    it.live(`tells the status of a tunnel that a proxy does not open, and no password: ${status}`, () =>
      Effect.gen(function* () {
        const proxy = createHttpServer()
        proxy.on("connect", (_, client) => client.end(`HTTP/1.1 ${status} No\r\n\r\n`))
        yield* withVariable("HTTPS_PROXY", `http://ada:s3cr3t@127.0.0.1:${yield* listening(proxy)}`)
        const error = yield* Effect.flip(ask(makeFetch(), "https://slack.test/"))
        const reason = networkReason(error.cause, "slack.test")
        assert.deepStrictEqual(reason, { _tag: "Network", problem, host: "slack.test", code: `HTTP ${status}` })
        assert.strictEqual(exchangeFacts.Network.retry(reason), problem === "proxyFailed" ? "always" : "never")
        assert.notInclude(inspect(error), "s3cr3t")
      }).pipe(Effect.scoped),
    )
  }

  it.live("tells a proxy that breaks off in place of opening a tunnel, which may pass", () =>
    Effect.gen(function* () {
      const proxy = createHttpServer()
      proxy.on("connect", (_, client) => client.end())
      yield* withVariable("HTTPS_PROXY", `http://127.0.0.1:${yield* listening(proxy)}`)
      const error = yield* Effect.flip(ask(makeFetch(), "https://slack.test/"))
      assert.deepStrictEqual(networkReason(error.cause, "slack.test"), {
        _tag: "Network",
        problem: "proxyFailed",
        host: "slack.test",
      })
    }).pipe(Effect.scoped),
  )

  it.live("gives the proxy the user and password, and sends plain HTTP through it, whose 407 is the proxy's too", () =>
    Effect.gen(function* () {
      const seen: Array<string | undefined> = []
      const proxy = createHttpServer(({ headers }, response) => {
        seen.push(headers["proxy-authorization"])
        response.writeHead(seen.length === 1 ? 200 : 407).end("through the proxy")
      })
      yield* withVariable("HTTP_PROXY", `http://ada:s3cr3t@127.0.0.1:${yield* listening(proxy)}`)
      assert.strictEqual(yield* ask(makeFetch(), "http://slack.test/"), "through the proxy")
      assert.deepStrictEqual(seen, [`Basic ${Buffer.from("ada:s3cr3t").toString("base64")}`])
      const error = yield* Effect.flip(ask(makeFetch(), "http://slack.test/"))
      assert.deepInclude(networkReason(error.cause, "slack.test"), { problem: "proxyPassword", code: "HTTP 407" })
    }).pipe(Effect.scoped),
  )

  it.live("sends plain HTTP to no proxy, whatever address of loopback it goes to", () =>
    Effect.gen(function* () {
      yield* withVariable("HTTP_PROXY", "http://127.0.0.1:9")
      for (const host of ["127.0.0.1", "127.9.9.9"]) {
        const port = yield* listening(
          createHttpServer((_, response) => response.end("here")),
          host,
        )
        assert.strictEqual(yield* ask(makeFetch(), `http://${host}:${port}/`), "here")
      }
    }).pipe(Effect.scoped),
  )

  for (const [encoding, encode] of [
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
  ] as const) {
    it.live(`asks for compressed replies and reads them: ${encoding}`, () =>
      Effect.gen(function* () {
        const server = createHttpServer(({ headers }, response) => {
          assert.include(headers["accept-encoding"], encoding)
          response.setHeader("content-encoding", encoding).end(encode("packed"))
        })
        assert.strictEqual(yield* ask(makeFetch(), `http://127.0.0.1:${yield* listening(server)}/`), "packed")
      }).pipe(Effect.scoped),
    )
  }

  it.live("fails where a compressed reply ends too soon", () =>
    Effect.gen(function* () {
      const server = createHttpServer((_, response) =>
        response.setHeader("content-encoding", "gzip").end(gzipSync("packed").subarray(0, 12)),
      )
      yield* Effect.flip(ask(makeFetch(), `http://127.0.0.1:${yield* listening(server)}/`))
    }).pipe(Effect.scoped),
  )

  it.live("gives a reply without a body", () =>
    Effect.gen(function* () {
      const server = createHttpServer((_, response) => response.writeHead(204).end())
      assert.strictEqual(yield* ask(makeFetch(), `http://127.0.0.1:${yield* listening(server)}/`), "")
    }).pipe(Effect.scoped),
  )

  it.live("gives a whole response to whoever reads it as one", () =>
    Effect.gen(function* () {
      const server = createHttpServer((_, response) =>
        response.setHeader("x-pages", ["1", "2"]).writeHead(201).end('{"a":1}'),
      )
      const url = `http://127.0.0.1:${yield* listening(server)}/`
      const get = () => Effect.promise(() => makeFetch()(url, { headers: new Headers({ accept: "*/*" }) }))
      const response = yield* get()
      assert.deepStrictEqual(
        [response.status, response.headers.get("X-Pages"), response.headers.get("x-none")],
        [201, "1, 2", null],
      )
      assert.isTrue(response.ok)
      assert.instanceOf(response, Response)
      assert.include(
        [...response.headers].map(([name]) => name),
        "x-pages",
      )
      assert.deepStrictEqual(yield* Effect.promise(() => response.json()), { a: 1 })
      assert.isTrue(response.bodyUsed)
      const copied = (yield* get()).clone()
      assert.strictEqual(yield* Effect.promise(() => copied.text()), '{"a":1}')
      const { body } = yield* get()
      const { value } = yield* Effect.promise(() => body!.getReader().read())
      assert.strictEqual(new TextDecoder().decode(value), '{"a":1}')
    }).pipe(Effect.scoped),
  )
})

/** Asks a server and says how much of Node was loaded for that. */
const loadsNoFetch = `
  const { createServer } = process.getBuiltinModule("node:http")
  import { makeFetch, readReply } from ${JSON.stringify(new URL("../src/index.ts", import.meta.url).href)}
  const server = createServer((_, response) => response.end("done")).listen(0, "127.0.0.1", async () => {
    const loaded = () => process.moduleLoadList.some((name) => name.endsWith("internal/deps/undici/undici"))
    const before = loaded()
    const { text } = await readReply(await makeFetch()(\`http://127.0.0.1:\${server.address().port}/\`, {}), 100)
    console.log(JSON.stringify({ text, before, after: loaded() }))
    server.close()
  })
`

it.live("a reply that is only read loads nothing of Node's own fetch, which takes 55 ms and 13 MB", () =>
  Effect.gen(function* () {
    const { stdout } = yield* Effect.promise(() =>
      promisify(execFile)(process.execPath, ["--input-type=module", "--eval", loadsNoFetch]),
    )
    assert.deepStrictEqual(JSON.parse(stdout), { text: "done", before: false, after: false })
  }),
)
