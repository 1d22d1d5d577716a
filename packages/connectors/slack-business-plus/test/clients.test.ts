import { assert, it } from "@effect/vitest"
import { businessPlusHosts } from "../src/module/clients.ts"

const usual = {
  "base-url": "https://slack.com/api/",
  "scim-base-url": "https://api.slack.com/scim/",
  "gov-env": false,
}

it("Business+ answers at Slack's hosts, with SCIM v2", () => {
  assert.deepStrictEqual(businessPlusHosts(usual), {
    webApi: "https://slack.com/api/",
    scim: "https://api.slack.com/scim/",
    scimVersion: "v2",
  })
})

it("GovSlack answers at hosts of its own, with SCIM v1", () => {
  assert.deepStrictEqual(businessPlusHosts({ ...usual, "gov-env": true }), {
    webApi: "https://slack-gov.com/api/",
    scim: "https://api.slack-gov.com/scim/",
    scimVersion: "v1",
  })
})

it("a host that is named stands, on GovSlack too", () => {
  const named = { "base-url": "http://127.0.0.1:1/api/", "scim-base-url": "http://127.0.0.1:1/scim/" }
  const { webApi, scim } = businessPlusHosts({ ...named, "gov-env": true })
  assert.deepStrictEqual([webApi, scim], ["http://127.0.0.1:1/api/", "http://127.0.0.1:1/scim/"])
})
