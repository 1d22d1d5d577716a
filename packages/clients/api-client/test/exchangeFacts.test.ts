// What is said of failures that every API has in common.
import { assert, describe, it } from "@effect/vitest"
import { exchangeFacts } from "../src/index.ts"

describe("a certificate that is not trusted", () => {
  it("comes with the setting of an authority, that of the command and that of the worker", () => {
    const { hint } = exchangeFacts.Network
    assert.match(
      hint({ _tag: "Network", problem: "tls", host: "slack.com", code: "SELF_SIGNED_CERT_IN_CHAIN" }),
      /NODE_EXTRA_CA_CERTS.*BATON_EXTRA_CA_FILE/,
    )
  })
})
