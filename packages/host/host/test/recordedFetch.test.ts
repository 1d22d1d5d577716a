import { assert, describe, it } from "vitest"
import { recordedFetch } from "../src/modules/recordedFetch.ts"

/** A system whose every reply is another: the number of the request. */
const counting = (status: (n: number) => number = () => 200) => {
  let sent = 0
  return async () => {
    sent += 1
    return new Response(`reply ${sent}`, { status: status(sent), headers: { Link: `<${sent}>` } })
  }
}

const ask = async (fetch: ReturnType<typeof recordedFetch>["fetch"], url: string, init: RequestInit = {}) => {
  const response = await fetch(url, init)
  return [response.status, response.headers.get("link"), await response.text()]
}

describe("a recording of requests", () => {
  it("gives the reply again to the same request, and sends what differs in method, path, body or credential", async () => {
    const { fetch, calls } = recordedFetch(counting(), 9)
    const first = await ask(fetch, "/users")
    assert.deepStrictEqual(first, [200, "<1>", "reply 1"])
    assert.deepStrictEqual(await ask(fetch, "/users"), first)
    const others: ReadonlyArray<readonly [string, RequestInit]> = [
      ["/teams", {}],
      ["/users", { method: "POST" }],
      ["/users", { method: "POST", body: "cursor=2" }],
      ["/users", { headers: { Authorization: "Bearer other" } }],
    ]
    for (const [url, init] of others) await ask(fetch, url, init)
    for (const [at, [url, init]] of others.entries()) {
      assert.deepStrictEqual((await ask(fetch, url, init)).at(-1), `reply ${at + 2}`)
    }
    assert.strictEqual(calls(), 5)
  })

  it("does not keep what may be otherwise the next time", async () => {
    const { fetch } = recordedFetch(
      counting((n) => [429, 503, 200][n - 1] ?? 500),
      9,
    )
    assert.deepStrictEqual(
      [await ask(fetch, "/users"), await ask(fetch, "/users"), await ask(fetch, "/users")].map(([status]) => status),
      [429, 503, 200],
    )
    assert.deepStrictEqual((await ask(fetch, "/users"))[0], 200)
  })

  it("keeps replies without a body as they are", async () => {
    const { fetch, calls } = recordedFetch(async () => new Response(null, { status: 204 }), 9)
    for (const _ of [1, 2]) assert.strictEqual((await fetch("/users", {})).status, 204)
    assert.strictEqual(calls(), 1)
  })

  it("sends nothing beyond its limit, says so once, and still gives what it has", async () => {
    const { fetch, calls, refusal } = recordedFetch(counting(), 1)
    await ask(fetch, "/users")
    await assertRejects(ask(fetch, "/teams"))
    assert.strictEqual((await ask(fetch, "/users")).at(-1), "reply 1")
    assert.deepStrictEqual([calls(), refusal(), refusal()], [1, "the limit of 1 calls was reached", undefined])
  })
})

const assertRejects = async (promise: Promise<unknown>) => {
  const outcome = await promise.then(() => "answered", String)
  assert.match(outcome, /the limit of 1 calls was reached/u)
}
