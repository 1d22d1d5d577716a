// Secrets behind files: what is read, when it is read again, and what is refused.
import { assert, describe, it } from "@effect/vitest"
import type { ConfigField } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Redacted } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { resolveConfig, secretFromFile } from "../src/index.ts"

const fields = [
  { name: "token", type: "secret", description: "A token." },
] as const satisfies ReadonlyArray<ConfigField>

const withFile = <A, E>(text: string, use: (path: string) => Effect.Effect<A, E>) =>
  Effect.scoped(
    Effect.flatMap(scratchFolder("secret"), (folder) => {
      const path = join(folder, "token")
      writeFileSync(path, text)
      return use(path)
    }),
  )

const origin = { from: "flag", name: "token-file" } as const

describe("a secret in a file", () => {
  it.effect("is the file's text without its trailing newline", () =>
    withFile("xoxb-1\n", (path) =>
      Effect.gen(function* () {
        const config = yield* resolveConfig(fields, { flags: {}, environment: { BATON_TOKEN_FILE: path } })
        assert.strictEqual(Redacted.value(yield* config.settings.token ?? Effect.die("unset")), "xoxb-1")
        assert.deepStrictEqual(config.origins.token, { from: "environment", name: "BATON_TOKEN_FILE" })
      }),
    ),
  )

  it.effect("is the text without a byte order mark and without the newline of Windows", () =>
    withFile("\ufeffxoxb-1\r\n", (path) =>
      Effect.gen(function* () {
        assert.strictEqual(Redacted.value(yield* secretFromFile(path, origin)), "xoxb-1")
      }),
    ),
  )

  it.effect("is read again when the file changes", () =>
    withFile("xoxb-1", (path) =>
      Effect.gen(function* () {
        const secret = secretFromFile(path, origin)
        assert.strictEqual(Redacted.value(yield* secret), "xoxb-1")
        writeFileSync(path, "xoxb-rotated")
        assert.strictEqual(Redacted.value(yield* secret), "xoxb-rotated")
      }),
    ),
  )

  for (const [title, text, message] of [
    ["empty", "\n", /is empty/],
    ["too large", "x".repeat(70_000), /too large/],
    ["in quotes", "'xoxb-1'\n", /begins and ends with a quote/],
  ] as const) {
    it.effect(`that is ${title} is an error that does not quote it`, () =>
      withFile(text, (path) =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(secretFromFile(path, origin))
          assert.strictEqual(error.reason, "UnreadableSecret")
          assert.match(error.message, message)
          assert.include(error.message, "--token-file")
          assert.notInclude(error.message, "xoxb")
        }),
      ),
    )
  }

  it.effect("that does not exist is found before any work begins", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(resolveConfig(fields, { flags: { "token-file": "/no/such" }, environment: {} }))
      assert.strictEqual(error.message, "The file /no/such that --token-file names does not exist.")
      assert.strictEqual(error.kind, "configuration")
    }),
  )

  it.effect("beats a value from a weaker source, and conflicts with one from the same", () =>
    withFile("xoxb-file", (path) =>
      Effect.gen(function* () {
        const config = yield* resolveConfig(fields, {
          flags: { "token-file": path },
          environment: { BATON_TOKEN: "xoxb-value" },
        })
        assert.strictEqual(Redacted.value(yield* config.settings.token ?? Effect.die("unset")), "xoxb-file")
        const error = yield* Effect.flip(
          resolveConfig(fields, { flags: {}, environment: { BATON_TOKEN: "a", BATON_TOKEN_FILE: path } }),
        )
        assert.strictEqual(error.reason, "Conflict")
        assert.match(error.message, /BATON_TOKEN and BATON_TOKEN_FILE are both given/)
      }),
    ),
  )
})
