// Words that nobody in this field searches for, or that a reader has to guess at, are not in the texts of this repository: help,
// errors, logs, documentation, changesets, comments and names alike.
import { globSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("../../..", import.meta.url))

/** What is not said, and what is said instead. */
const words: ReadonlyArray<readonly [wrong: RegExp, instead: string]> = [
  [/\banew\b/iu, "again, from the beginning"],
  [/\bheeds?\b/iu, "honours, applies, uses"],
  [/\bin vain\b/iu, "gave up after 5 attempts"],
  [/\bfor want of\b/iu, "because … is missing"],
  [/\bcut short\b/iu, "stopped early, interrupted"],
  [/\btakes? the roll\b/iu, "sync, list"],
  [/\bat once or not at all\b/iu, "atomically"],
  [/\bleft alone\b/iu, "skipped, unchanged"],
  [
    /\b(?:letGo|startedAnew|toldOnlyBy|saidAgain|twiceInARow|oneAtATime|lookAtWork|takeTurn)\b/u,
    "the field's own word",
  ],
]

/** Where such a word is right, and why. */
const exceptions: Readonly<Record<string, string>> = {
  "tooling/checks/test/plainEnglish.test.ts": "the list itself",
  "packages/core/connector/src/ConnectorError.ts": "of a server that asks for a pause: left alone",
}

const texts = globSync(
  ["*.md", "*.json", ".changeset/*.md", "{apps,docs,deploy,examples,packages,tooling}/**/*.{ts,md,json,yaml}"],
  {
    cwd: root,
    exclude: ["**/node_modules/**", "**/dist/**", "**/generated/**", "**/.turbo/**"],
  },
).filter((path) => !(path in exceptions))

describe("plain English", () => {
  it.for(words)("says something else than %s", ([wrong, instead]) => {
    const found = texts.flatMap((path) =>
      readFileSync(`${root}/${path}`, "utf8")
        .split("\n")
        .flatMap((line, at) => (wrong.test(line) ? [`${path}:${at + 1}: ${line.trim()} (say: ${instead})`] : [])),
    )
    assert.deepStrictEqual(found, [])
  })

  it("reads the texts that it is about", () => {
    for (const path of ["README.md", "docs/architecture.md", "apps/cli/src/rollcall.ts"]) assert.include(texts, path)
  })

  it("has no exception for a file that needs none", () => {
    for (const path of Object.keys(exceptions)) {
      const text = readFileSync(`${root}/${path}`, "utf8")
      assert.isTrue(
        words.some(([wrong]) => wrong.test(text)),
        path,
      )
    }
  })
})
