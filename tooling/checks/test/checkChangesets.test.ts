import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { checkChangesets } from "../src/changesets/checkChangesets.ts"

const made = mkdtempSync(join(tmpdir(), "rollcall-changesets-"))
afterAll(() => rmSync(made, { recursive: true }))

const identity = { GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@localhost", GIT_COMMITTER_NAME: "A" }
const env = { ...process.env, ...identity, GIT_COMMITTER_EMAIL: "a@localhost", GIT_CONFIG_GLOBAL: "/dev/null" }
const git = (cwd: string, ...args: ReadonlyArray<string>) => execFileSync("git", args, { cwd, env, stdio: "pipe" })

const write = (root: string, files: Record<string, string>) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}
const commit = (root: string, files: Record<string, string>) => {
  write(root, files)
  git(root, "add", "-A")
  git(root, "commit", "-m", "a change")
}
const changeset = (...names: ReadonlyArray<string>) =>
  `---\n${names.map((name) => `"${name}": minor\n`).join("")}---\n\nWhat changes.\n`

let count = 0
/** A repository on main: two public packages and a private one, as released. */
const released = (): string => {
  const root = join(made, String(count++))
  mkdirSync(root)
  git(root, "init", "-b", "main")
  commit(root, {
    "packages/x/core/package.json": `{ "name": "@x/core" }`,
    "packages/x/core/src/index.ts": "export {}",
    "packages/x/core/CHANGELOG.md": "## 1.0.0",
    "packages/x/file/package.json": `{ "name": "@x/file" }`,
    "packages/x/file/src/index.ts": "export {}",
    "packages/x/file/CHANGELOG.md": "## 1.0.0",
    "tooling/bench/package.json": `{ "name": "@x/bench", "private": true }`,
    "tooling/bench/src/main.ts": "export {}",
  })
  return root
}
const branched = (): string => {
  const root = released()
  git(root, "switch", "-c", "topic")
  return root
}

describe("on a branch", () => {
  it("a changed public package without a changeset is told by name", () => {
    const root = branched()
    commit(root, { "packages/x/core/src/Grant.ts": "", "packages/x/core/src/index.ts": "export * from './Grant.ts'" })
    assert.deepStrictEqual(checkChangesets(root), [
      "@x/core has changed since main (packages/x/core/src/Grant.ts and 1 more), and no changeset since then names it",
    ])
  })

  it("a changeset that names the package is enough", () => {
    const root = branched()
    commit(root, { "packages/x/core/src/Grant.ts": "", ".changeset/red-fox.md": changeset("@x/core") })
    assert.deepStrictEqual(checkChangesets(root), [])
  })

  it("a changeset that names another package is not enough", () => {
    const root = branched()
    commit(root, { "packages/x/core/package.json": `{ "name": "@x/core", "type": "module" }` })
    commit(root, { ".changeset/red-fox.md": changeset("@x/file") })
    assert.match(checkChangesets(root).join(), /^@x\/core has changed since main \(packages\/x\/core\/package\.json\)/)
  })

  it("a changeset that already waited on main announces another change, not this one", () => {
    const root = released()
    commit(root, { ".changeset/red-fox.md": changeset("@x/core") })
    git(root, "switch", "-c", "topic")
    commit(root, { "packages/x/core/src/Grant.ts": "" })
    assert.strictEqual(checkChangesets(root).length, 1)
  })

  it("what main has gained meanwhile is not the branch's change", () => {
    const root = branched()
    git(root, "switch", "main")
    commit(root, { "packages/x/core/src/Grant.ts": "" })
    git(root, "switch", "topic")
    commit(root, { "README.md": "" })
    assert.deepStrictEqual(checkChangesets(root), [])
  })

  it("work that is not committed yet counts", () => {
    const root = branched()
    write(root, { "packages/x/core/src/Grant.ts": "" })
    assert.strictEqual(checkChangesets(root).length, 1)
  })

  it("tests, readmes and private packages need no changeset", () => {
    const root = branched()
    commit(root, {
      "packages/x/core/test/Grant.test.ts": "",
      "packages/x/core/README.md": "",
      "tooling/bench/src/main.ts": "export const more = 1",
    })
    assert.deepStrictEqual(checkChangesets(root), [])
  })

  it("a release, which turns changesets into changelogs, needs none", () => {
    const root = released()
    commit(root, { "packages/x/core/src/Grant.ts": "", ".changeset/red-fox.md": changeset("@x/core") })
    git(root, "switch", "-c", "release")
    git(root, "rm", ".changeset/red-fox.md")
    commit(root, {
      "packages/x/core/package.json": `{ "name": "@x/core", "version": "1.1.0" }`,
      "packages/x/core/CHANGELOG.md": "## 1.1.0",
    })
    assert.deepStrictEqual(checkChangesets(root), [])
  })
})

describe("on main", () => {
  it("a change of any commit since the last release needs a waiting changeset", () => {
    const root = released()
    commit(root, { "packages/x/core/src/Grant.ts": "" })
    commit(root, { "README.md": "" })
    assert.match(checkChangesets(root).join(), /^@x\/core has changed since the last release/)
    commit(root, { ".changeset/red-fox.md": changeset("@x/core") })
    assert.deepStrictEqual(checkChangesets(root), [])
  })

  it("before the first release every public package needs one, from the first commit on", () => {
    const root = join(made, "first")
    mkdirSync(root)
    git(root, "init", "-b", "main")
    commit(root, { "packages/x/core/package.json": `{ "name": "@x/core" }` })
    assert.match(checkChangesets(root).join(), /^@x\/core has changed since the beginning/)
  })

  it("a shallow clone of a release has nothing to announce", () => {
    const root = released()
    const shallow = join(made, "shallow")
    git(made, "clone", "--depth", "1", `file://${root}`, shallow)
    assert.deepStrictEqual(checkChangesets(shallow), [])
  })

  it("a changeset that names a private package beside a public one is told, as no version can be made from it", () => {
    const root = released()
    commit(root, { ".changeset/red-fox.md": changeset("@x/core", "@x/bench") })
    assert.deepStrictEqual(checkChangesets(root), [".changeset/red-fox.md names @x/bench, which is private"])
  })

  it("a changeset that names no package of the repository is told", () => {
    const root = released()
    commit(root, { ".changeset/red-fox.md": changeset("@x/gone") })
    assert.deepStrictEqual(checkChangesets(root), [".changeset/red-fox.md names @x/gone, which is no package here"])
  })
})

it("a folder that is no repository has no history to judge", () => {
  const root = join(made, "plain")
  write(root, { "packages/x/core/package.json": `{ "name": "@x/core" }` })
  // A temporary folder might itself lie within a repository.
  git(root, "init")
  assert.deepStrictEqual(checkChangesets(root), [])
})
