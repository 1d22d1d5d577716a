// An archive may come from untrusted hands: what is no evidence is not unpacked, and nothing is written elsewhere.
import { createWriteStream, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { ZipFile } from "yazl"
import type { UnpackBounds } from "../src/unpackEvidence.ts"
import { unpack } from "../src/unpackEvidence.ts"

interface Entry {
  readonly name: string
  readonly text?: string
  readonly mode?: number
}

const archive = async (path: string, entries: ReadonlyArray<Entry>): Promise<void> => {
  const zip = new ZipFile()
  for (const { name, text = "x", mode } of entries) {
    zip.addBuffer(Buffer.from(text), name, mode === undefined ? {} : { mode })
  }
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}

/** Unpacks an archive of these files, with a change of its bytes. */
const unpacked = Effect.fnUntraced(function* (
  entries: ReadonlyArray<Entry>,
  bounds: UnpackBounds = {},
  change: (bytes: Buffer) => void = () => undefined,
) {
  const folder = yield* scratchFolder("unpack")
  const path = join(folder, "evidence.zip")
  yield* Effect.promise(() => archive(path, entries))
  const bytes = readFileSync(path)
  change(bytes)
  writeFileSync(path, bytes)
  const to = join(folder, "to")
  mkdirSync(to)
  const result = yield* Effect.result(unpack(path, to, bounds))
  return { folder, to, result, says: result._tag === "Failure" ? result.failure.message : "" }
})

/** Writes a name of the same length over another one, wherever it stands in the archive. */
const renamed = (from: string, to: string) => (bytes: Buffer) => {
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at)
}

describe("what is no archive", () => {
  it.live("is named: a folder, something else than a ZIP, nothing at all", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const text = join(folder, "text.zip")
      writeFileSync(text, "no archive")
      const says = yield* Effect.forEach([folder, text, join(folder, "missing.zip")], (path) =>
        Effect.map(Effect.flip(unpack(path, join(folder, "to"))), ({ kind, message }) => `${kind} ${message}`),
      )
      assert.match(says[0] ?? "", /^unreadable .*: it is a folder, and no archive\.$/)
      assert.match(says[1] ?? "", /^unreadable .*: it is no ZIP archive, or was cut off\.$/)
      assert.match(says[2] ?? "", /^configuration .*: there is no such file\.$/)
    }),
  )
})

describe("an archive of evidence", () => {
  it.live("may list its folders, as programs do that pack it again", () =>
    Effect.gen(function* () {
      const { result } = yield* unpacked(
        [{ name: "removals_" }, { name: "log.ndjson" }],
        {},
        renamed("removals_", "removals/"),
      )
      assert.strictEqual(result._tag, "Success")
    }),
  )

  it.live.each<[string, ReadonlyArray<Entry>, UnpackBounds, ((bytes: Buffer) => void) | undefined, RegExp]>([
    ["a file that evidence does not have", [{ name: "notes.txt" }], {}, undefined, /it holds "notes\.txt"/],
    [
      "a path that leads out",
      [{ name: "abc/log.ndjson" }],
      {},
      renamed("abc/log", "../log"),
      /\.\.\/log\.ndjson|relative/,
    ],
    ["an absolute path", [{ name: "xtmp/log.ndjson" }], {}, renamed("xtmp/", "/tmp/"), /absolute/],
    ["a backslash", [{ name: "imports_log" }], {}, renamed("imports_", "imports\\"), /backslash|invalid/],
    ["a folder", [{ name: "imports/aaaaaaa" }], {}, renamed("/aaaaaaa", "/../log"), /relative|it holds/],
    [
      "a file twice",
      [{ name: "README.md" }, { name: "report.md" }],
      {},
      renamed("report.md", "README.md"),
      /it holds README\.md twice/,
    ],
    [
      "more files than evidence has",
      [{ name: "README.md" }, { name: "report.md" }],
      { entries: 1 },
      undefined,
      /2 files/,
    ],
    [
      "more bytes than evidence has",
      [
        { name: "README.md", text: "x".repeat(600) },
        { name: "report.md", text: "x".repeat(600) },
      ],
      { bytes: 1000 },
      undefined,
      /unpacks to more than evidence has, with report\.md/,
    ],
  ])("with %s is refused", ([, entries, bounds, change, says]) =>
    Effect.gen(function* () {
      const { folder, to, result, says: said } = yield* unpacked(entries, bounds, change)
      assert.strictEqual(result._tag, "Failure")
      assert.match(said, says)
      assert.deepStrictEqual(readdirSync(folder).toSorted(), ["evidence.zip", "to"])
      assert.isFalse(existsSync(join(to, "log.ndjson")))
    }),
  )

  it.live("with a link gives a file that leads nowhere", () =>
    Effect.gen(function* () {
      const { to, result } = yield* unpacked([{ name: "README.md", text: "/etc/passwd", mode: 0o120777 }])
      assert.strictEqual(result._tag, "Success")
      assert.isTrue(lstatSync(join(to, "README.md")).isFile())
    }),
  )

  it.live("that is no archive is refused", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("unpack")
      writeFileSync(join(folder, "x.zip"), "Decision,Comment\n")
      assert.match(
        (yield* Effect.flip(unpack(join(folder, "x.zip"), folder))).message,
        /no evidence that can be checked/,
      )
    }),
  )
})
