import { assert, describe, it } from "@effect/vitest"
import { networkReason } from "../src/index.ts"

describe("a connection that fails", () => {
  const failed = (...codes: ReadonlyArray<string>) =>
    codes.reduceRight<Error | undefined>(
      (cause, code) => Object.assign(new Error("x", cause === undefined ? {} : { cause }), { code }),
      undefined,
    )

  it.each([
    ["ENOTFOUND", "dns"],
    ["EAI_AGAIN", "dns"],
    ["ECONNREFUSED", "refused"],
    ["ECONNRESET", "reset"],
    ["UND_ERR_SOCKET", "reset"],
    ["CERT_HAS_EXPIRED", "tls"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "tls"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "tls"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "tls"],
    ["ENETUNREACH", "unreachable"],
    ["UND_ERR_CONNECT_TIMEOUT", "unreachable"],
    ["SOMETHING_NEW", "other"],
  ])("with the code %s is told as %s", (code, problem) => {
    const reason = networkReason(new TypeError("fetch failed", { cause: failed(code) }), "slack.com")
    assert.deepStrictEqual<unknown>(reason, { _tag: "Network", host: "slack.com", problem, code })
  })

  it.each(["ETIMEDOUT", "EHOSTUNREACH"])("under a connection that stands is told as cut: %s", (code) => {
    const cause = Object.assign(new Error("x"), { code, syscall: "read" })
    assert.deepInclude(networkReason(new TypeError("fetch failed", { cause }), "slack.com"), { problem: "reset", code })
    assert.deepInclude(networkReason(failed(code), "slack.com"), { problem: "unreachable", code })
  })

  it("for a name that nobody knows is told with that name, a proxy's perhaps", () => {
    const cause = Object.assign(new Error("x"), { code: "ENOTFOUND", hostname: "proxy.example" })
    assert.deepInclude(networkReason(new TypeError("fetch failed", { cause }), "slack.com"), { host: "proxy.example" })
  })

  it.each([
    [3128, "10.0.0.9:3128"],
    [443, "slack.com"],
  ])("at port %d is told as one to %s: another port than the host's is a proxy's", (port, host) => {
    const cause = Object.assign(new Error("x"), { code: "ECONNREFUSED", address: "10.0.0.9", port })
    assert.deepInclude(networkReason(cause, "slack.com"), { problem: "refused", host })
  })

  it("at several addresses is told by the first", () => {
    const cause = new AggregateError([failed("ECONNREFUSED"), failed("ENETUNREACH")], "")
    assert.deepInclude(networkReason(new TypeError("fetch failed", { cause }), "slack.com"), { problem: "refused" })
  })

  it("without any code is told as such", () => {
    assert.deepStrictEqual(networkReason(new TypeError("fetch failed"), "slack.com"), {
      _tag: "Network",
      problem: "other",
      host: "slack.com",
    })
  })
})
