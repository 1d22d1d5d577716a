import { assert, describe, it } from "@effect/vitest"
import { excerpt, hideTokens } from "../src/index.ts"

describe("an excerpt of a text from outside", () => {
  it("shows nothing that a terminal would obey", () => {
    assert.strictEqual(excerpt("a\u001B[2Jb\nc\u202Ed\u2028e"), "a\\u{1b}[2Jb\\u{a}c\\u{202e}d\\u{2028}e")
  })

  it("is cut at a number of characters and never in the middle of one", () => {
    assert.strictEqual(excerpt("😀".repeat(100), 3), "😀😀😀…")
    assert.strictEqual(excerpt("x".repeat(10_000), 5), "xxxxx…")
  })

  it.each(["xoxb-1-a-b", "xoxp-12-34", "xoxe.xoxp-1-x", "xoxe-1-abc", "xapp-1-A-b", "xwfp-1"])(
    "shows no token: %s",
    (token) => {
      assert.strictEqual(excerpt(`a ${token} b`), "a <token> b")
    },
  )

  it("shows no part of a token at the cut", () => {
    assert.strictEqual(excerpt("x".repeat(78) + " xoxb-123-secret", 80), `${"x".repeat(78)} <…`)
  })
})

describe("a text without tokens", () => {
  it("has none of any kind, up to the end of the word", () => {
    for (const token of ["xoxb-1-a/b%2F", "xoxe.xoxp-1-x", "XAPP-1-A", "xwfp-1", "xox-1"]) {
      assert.strictEqual(hideTokens(`{"a":"${token}","b":--x=${token} c}`), '{"a":"<token>","b":--x=<token> c}')
    }
  })

  it("has no secret that names itself", () => {
    assert.strictEqual(hideTokens('"secret-token:conductorone.com:v1:eyJ": bad'), '"<token>": bad')
    assert.strictEqual(
      hideTokens(String.raw`"bad:\nsecret-token:conductorone.com:v1:eyJ"`),
      String.raw`"bad:\n<token>"`,
    )
  })

  it("hides the address and the key of a webhook, and no advice on how to make one", () => {
    assert.strictEqual(
      hideTokens("https://hooks.slack.com/services/T0/B0/hush cannot be read"),
      "https://hooks.slack.com/<token> cannot be read",
    )
    assert.strictEqual(hideTokens('"whsec_aHVzaCwgaHVzaA==" is wrong'), '"<token>" is wrong')
    const advice = 'whsec_ and base64: `echo "whsec_$(openssl rand -base64 32)"`, from https://hooks.slack.com/'
    assert.strictEqual(hideTokens(advice), advice)
  })

  it.each(["it begins with xoxb- or xoxp-.", "a token (xoxe.xoxp-…)", "xoxb-…, xapp-…", "from secret-token: on"])(
    "keeps what is said of tokens: %s",
    (advice) => {
      assert.strictEqual(hideTokens(advice), advice)
    },
  )

  it("is otherwise as it was, and marks tokens as it is told", () => {
    assert.strictEqual(hideTokens("<b>xoxb-1</b> of a xoxo", "?"), "<b>?</b> of a xoxo")
  })
})
