import { assert, describe, it } from "@effect/vitest"
import { networkFailure } from "../src/connection.ts"

const failed = (code: string) => networkFailure("tenant.example", Object.assign(new Error("x"), { code }))

describe("a connection to ConductorOne that fails", () => {
  it.each([
    ["ENOTFOUND", "Unavailable", /BATON_C1_API_HOST/],
    ["ECONNREFUSED", "Unavailable", /firewall.*uses no proxy/],
    ["SELF_SIGNED_CERT_IN_CHAIN", "Untrusted", /BATON_EXTRA_CA_FILE/],
    ["ENETUNREACH", "Unavailable", /VPN.*uses no proxy/],
    ["ECONNRESET", "Unavailable", /retried automatically/],
    ["SOMETHING_NEW", "Unavailable", /retried automatically/],
  ] as const)("with %s is reported as %s, with a hint that fits", (code, reason, hint) => {
    const failure = failed(code)
    assert.strictEqual(failure.reason, reason)
    assert.include(failure.message, `A call of ConductorOne did not get through to tenant.example`)
    assert.match(failure.hint, hint)
  })
})
