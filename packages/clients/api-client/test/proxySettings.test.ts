import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { networkReason, proxyProblem } from "../src/index.ts"
import { ProxyError, proxySettings } from "../src/proxySettings.ts"

const proxy = "http://proxy.example:3128"

const goesDirect = (noProxy: string, url: string) =>
  proxySettings({ HTTPS_PROXY: proxy, NO_PROXY: noProxy }).goesDirect(new URL(url))

describe("NO_PROXY", () => {
  it.each([
    ["internal", "https://internal/", true],
    ["internal", "https://scim.internal/", true],
    ["internal", "https://notinternal/", false],
    ["internal", "https://internal.example/", false],
    ["example.com", "https://slack.EXAMPLE.com/", true],
    [".example.com", "https://slack.example.com/", true],
    [".example.com", "https://example.com/", true],
    ["*.example.com", "https://slack.example.com/", true],
    ["example.com", "https://slack.example.com./", true],
    ["10.0.0.0/8", "https://10.200.3.4/", true],
    ["10.0.0.0/8", "https://11.0.0.1/", false],
    ["10.0.0.0/8", "https://10.example/", false],
    ["192.168.7.0/24, 10.0.0.0/8", "https://192.168.7.255/", true],
    ["192.168.7.0/24 10.0.0.0/8", "https://10.1.1.1/", true],
    ["10.0.0.1-10.0.0.9", "https://10.0.0.5/", true],
    ["10.0.0.1-10.0.0.9", "https://10.0.0.10/", false],
    ["10.0.0.7", "https://10.0.0.7:8443/", true],
    ["fd00::/8", "https://[fd12::1]/", true],
    ["fd00::/8", "https://[fe80::1]/", false],
    ["::ffff", "https://slack.com/", false],
    ["slack.com:8443", "https://slack.com:8443/", true],
    ["slack.com:8443", "https://slack.com/", false],
    ["slack.com:443", "https://slack.com/", true],
    ["10.0.0.7:443", "https://10.0.0.7/", true],
    ["*", "https://slack.com/", true],
    ["", "https://slack.com/", false],
    [",. ,", "https://slack.com/", false],
    ["10.0.0.0/99", "https://10.0.0.1/", false],
    ["", "http://localhost:8080/", true],
    ["", "http://127.9.9.9/", true],
    ["", "http://[::1]:8080/", true],
  ])("%s: %s goes without the proxy: %s", (noProxy, url, expected) => {
    assert.strictEqual(goesDirect(noProxy, url), expected)
  })
})

describe("the variable of a proxy", () => {
  it("is taken in capitals or not, with a scheme or without, and counts as not set where it is empty", () => {
    assert.strictEqual(proxySettings({ https_proxy: "proxy.example:3128" }).https, proxy)
    assert.strictEqual(proxySettings({ https_proxy: "", HTTPS_PROXY: proxy }).https, proxy)
    assert.deepInclude(proxySettings({ HTTP_PROXY: "https://u:p%23@proxy.example" }), {
      http: "https://u:p%23@proxy.example",
      https: "",
    })
  })

  const problemOf = (value: string) => {
    try {
      proxySettings({ HTTPS_PROXY: value })
    } catch (error) {
      return { error, reason: networkReason(error, "slack.com") }
    }
    return undefined
  }

  it.each([
    ["socks5://ada:s3cr3t@proxy.example:1080", "proxyScheme"],
    ["socks5h://proxy.example", "proxyScheme"],
    ["ftp://proxy.example", "proxyScheme"],
    ["http://ada:80/s3cr3t@proxy.example:3128", "proxy"],
    ["http://ada:80#s3cr3t@proxy.example:3128", "proxy"],
    ["ada:80?s3cr3t@proxy.example:3128", "proxy"],
    ["http://ada:s3cr3t%@proxy.example:3128", "proxy"],
    ["http://ada:s3cr3t@no host/", "proxy"],
  ])("that cannot be used is refused by a sentence without anything of the password: %s", (value, problem) => {
    const found = problemOf(value)
    assert.strictEqual(found?.reason.problem, problem)
    assert.notMatch(`${inspect(found)} ${JSON.stringify(found)}`, /s3cr3t|ada|:80/u)
    const setting = proxyProblem({ HTTPS_PROXY: value })
    assert.match(setting?.message ?? "", /^The proxy that the environment names .*\.$/u)
    assert.notMatch(JSON.stringify(setting), /s3cr3t|ada|:80/u)
  })

  it("that can be used, or is not named, is no problem as a setting", () => {
    assert.isUndefined(proxyProblem({ HTTPS_PROXY: proxy }))
    assert.isUndefined(proxyProblem({}))
  })

  it("is quoted in no error that Node gives", () => {
    const nodes = Object.assign(new Error("Failed via http://ada:s3cr3t@proxy.example"), {
      code: "ERR_PROXY_TUNNEL",
      statusCode: 407,
    })
    assert.notInclude(inspect(ProxyError.of(nodes)), "s3cr3t")
    const others = new Error("unrelated")
    assert.strictEqual(ProxyError.of(others), others)
  })
})
