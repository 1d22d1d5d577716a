import { randomBytes } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Redacted } from "effect"
import { newVersion, readSecretKeys, seal, secretKey, unseal } from "../src/index.ts"

const key = secretKey(randomBytes(32))
const row = { connection: "sales", setting: "token", version: "1" }
const secret = Redacted.make("xoxb-1-secret")
const valueOf = (value: Redacted.Redacted | undefined) => value && Redacted.value(value)

describe("a sealed secret", () => {
  it("opens for its row with its key, and is another each time", () => {
    const [one, two] = [seal(row, secret, key), seal(row, secret, key)]
    assert.notDeepEqual(one, two)
    assert.notDeepEqual(one.subarray(0, 12), two.subarray(0, 12), "The nonce must not be used twice.")
    for (const sealed of [one, two]) {
      assert.strictEqual(valueOf(unseal(row, sealed, key)), "xoxb-1-secret")
      assert.notInclude(Buffer.from(sealed).toString("latin1"), "xoxb")
    }
  })

  it.each([
    ["another connection", { ...row, connection: "support" }],
    ["another setting", { ...row, setting: "business-plus-token" }],
    ["an earlier version", { ...row, version: "0" }],
    ["names whose joint text is the same", { ...row, connection: 'sales","token', setting: "1" }],
  ])("does not open as that of %s", (_, moved) => {
    assert.isUndefined(unseal(moved, seal(row, secret, key), key))
  })

  it("does not open with another key, nor when any of its bytes is another, or is missing", () => {
    const sealed = seal(row, secret, key)
    assert.isUndefined(unseal(row, sealed, secretKey(randomBytes(32))))
    for (const at of sealed.keys()) {
      const changed = Uint8Array.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 1
      assert.isUndefined(unseal(row, changed, key), `byte ${at}`)
      assert.isUndefined(unseal(row, sealed.subarray(0, at), key), `${at} bytes`)
    }
  })

  it("has a version that no other has", () => {
    assert.notStrictEqual(newVersion(), newVersion())
  })
})

describe("a file of keys", () => {
  const read = (content: string | Uint8Array) =>
    Effect.gen(function* () {
      const path = join(yield* scratchFolder("keys"), "secret.key")
      writeFileSync(path, content, { mode: 0o600 })
      return yield* readSecretKeys(path)
    }).pipe(Effect.scoped)
  const [first, second] = [randomBytes(32), randomBytes(32)]
  const [one, two] = [first.toString("base64"), second.toString("base64")]
  const ids = (...keys: ReadonlyArray<Uint8Array>) => keys.map((bytes) => secretKey(bytes).id)

  it.effect.each<[what: string, content: string | Uint8Array, keys: ReadonlyArray<Uint8Array>]>([
    ["32 bytes", first, [first]],
    ["a line of base64, as openssl writes it", `${one}\n`, [first]],
    ["a line without its padding, and no line break", one.replace("=", ""), [first]],
    ["a line of URL-safe base64", first.toString("base64url"), [first]],
    ["two lines, the first of which seals", `${two}\n${one}\n`, [second, first]],
    ["two lines of Windows with an empty one", `${two}\r\n\r\n${one}\r\n`, [second, first]],
  ])("may have %s", ([, content, keys]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(
        (yield* read(content)).map(({ id }) => id),
        ids(...keys),
      )
    }),
  )

  it.effect.each<[what: string, content: string | Uint8Array]>([
    ["nothing", ""],
    ["31 bytes", randomBytes(31)],
    ["a word", "correct horse battery staple correct"],
    ["32 letters", randomBytes(16).toString("hex")],
    ["base64 of 24 bytes", randomBytes(24).toString("base64")],
    ["three keys", `${one}\n${two}\n${one}`],
    ["a second line that is none", `${one}\nsecret`],
    ["a first line that is none", `secret\n${one}`],
    ["a large file", "A".repeat(5000)],
  ])("with %s is refused without quoting it", ([, content]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(read(content))
      assert.strictEqual(error.kind, "configuration")
      assert.match(error.message, /^The file .* that BATON_SECRET_KEY_FILE names (?:has neither|is no file of keys)/u)
      assert.include(error.hint, "openssl rand -base64 32")
      assert.notInclude(JSON.stringify(error), one)
    }),
  )

  it.effect("that is not there is told", () =>
    Effect.gen(function* () {
      assert.include((yield* Effect.flip(readSecretKeys("/nowhere/secret.key"))).message, "does not exist")
    }),
  )

  it("shows no key where it is shown", () => {
    const bytes = randomBytes(32)
    const shown = inspect(secretKey(bytes), { depth: 9, showHidden: true }) + JSON.stringify(secretKey(bytes))
    assert.notInclude(shown, bytes.toString("hex").slice(0, 8))
    assert.notInclude(shown, bytes.toString("base64").slice(0, 8))
  })
})
