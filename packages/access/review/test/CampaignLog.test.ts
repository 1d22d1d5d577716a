// The log shows every change that was made to it, and survives whatever ends a command.
import { appendFileSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import type { CampaignEvent, LogContent } from "../src/index.ts"
import { appendToLog, readLog } from "../src/index.ts"

const event = (due: string): CampaignEvent => ({ _tag: "extended", due, reason: "Holidays – Ünal asked", items: [] })

const logOf = Effect.fnUntraced(function* (days: number) {
  const path = join(yield* scratchFolder("log"), "log.ndjson")
  let content: LogContent | undefined
  for (let day = 1; day <= days; day++) {
    content = yield* appendToLog(path, content, {
      at: "2026-12-01T00:00:00.000Z",
      by: "ada",
      event: event(`2026-12-0${day}`),
    })
  }
  return { path, content }
})

describe("the log of a campaign", () => {
  it.effect("reads back as it was appended, head and size included", () =>
    Effect.gen(function* () {
      const { path, content } = yield* logOf(3)
      assert.deepStrictEqual(yield* readLog(path), content)
    }),
  )

  it.effect("shows one changed byte, whichever it is", () =>
    Effect.gen(function* () {
      const { path } = yield* logOf(3)
      const whole = readFileSync(path)
      // The last line is covered by the head, which others keep.
      const end = whole.lastIndexOf("\n", whole.length - 2)
      for (let at = 0; at < end; at++) {
        const altered = Buffer.from(whole)
        altered[at] = (altered[at] ?? 0) ^ 1
        writeFileSync(path, altered)
        const result = yield* Effect.result(readLog(path))
        assert.strictEqual(result._tag, "Failure", `byte ${at}`)
      }
    }),
  )

  it.effect("shows a line that was taken out or moved", () =>
    Effect.gen(function* () {
      const { path } = yield* logOf(3)
      const [one = "", two = "", three = ""] = readFileSync(path, "utf8").split("\n")
      for (const lines of [
        [one, three],
        [two, one, three],
        [two, three],
      ]) {
        writeFileSync(path, `${lines.join("\n")}\n`)
        assert.strictEqual((yield* Effect.flip(readLog(path))).reason, "Unusable")
      }
    }),
  )

  it.effect("goes on after a line that a killed process did not finish", () =>
    Effect.gen(function* () {
      const { path, content } = yield* logOf(2)
      appendFileSync(path, '{"line":3,"at":"2026')
      const read = yield* readLog(path)
      assert.deepStrictEqual(read, content)
      yield* appendToLog(path, read, { at: "2026-12-02T00:00:00.000Z", by: "ada", event: event("2026-12-03") })
      assert.strictEqual((yield* readLog(path))?.lines.length, 3)
    }),
  )
})
