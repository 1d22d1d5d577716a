import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { parse } from "yaml"
import { systems } from "../src/binaries/systems.ts"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const folder = `${root}/.github/workflows`
const files = readdirSync(folder)
const textOf = (file: string): string => readFileSync(`${folder}/${file}`, "utf8")

interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly "timeout-minutes"?: number
  readonly environment?: string
  readonly needs?: string | ReadonlyArray<string>
  readonly strategy?: {
    readonly matrix: { readonly include: ReadonlyArray<{ readonly system: string; readonly runner: string }> }
  }
  readonly steps: ReadonlyArray<{
    readonly uses?: string
    readonly run?: string
    readonly with?: Readonly<Record<string, unknown>>
  }>
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}
const read = (file: string): Workflow => parse(textOf(file))

describe.each(files)("the workflow %s", (file) => {
  it("uses actions by the hash of a commit, with the version beside it", () => {
    const uses = [...textOf(file).matchAll(/uses: (.*)/gu)].map(([, used]) => used)
    assert.isNotEmpty(uses)
    for (const each of uses) assert.match(each ?? "", /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/u)
  })

  it("may do nothing by default, and each job says what it needs and for how long", () => {
    const { permissions, jobs } = read(file)
    assert.deepStrictEqual(permissions, {})
    for (const [name, job] of Object.entries(jobs)) {
      assert.isObject(job.permissions, name)
      assert.isNumber(job["timeout-minutes"], name)
      const writes = Object.values(job.permissions ?? {}).includes("write")
      assert.strictEqual(writes, job.environment !== undefined, `${name}: who may write waits for a person`)
    }
  })

  it("leaves no token of the repository in a checkout", () => {
    for (const { steps } of Object.values(read(file).jobs)) {
      const checkouts = steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"))
      for (const step of checkouts) assert.strictEqual(step.with?.["persist-credentials"], false)
    }
  })
})

describe("workflows", () => {
  it("publish what was made and tried, and nothing else", () => {
    const { jobs } = read("release.yml")
    assert.deepStrictEqual(jobs["publish"]?.needs, ["make", "try"])
    assert.include(textOf("release.yml"), "release --made dist/release")
  })

  it("run the tests of the command on the program of every system, on that system", () => {
    const { strategy, steps } = read("release.yml").jobs["try"]!
    const tried = strategy?.matrix.include ?? []
    assert.deepStrictEqual(
      tried.map(({ system }) => system),
      systems.map(({ name }) => name),
    )
    assert.include(steps.map(({ run }) => run).join(), 'long binary "$SYSTEM"')
    const runners = { linux: /^ubuntu-/u, darwin: /^macos-/u, win32: /^windows-/u }
    for (const { system, runner } of tried) {
      const [, expected] = Object.entries(runners).find(([name]) => system.startsWith(name))!
      assert.match(runner, expected)
      assert.strictEqual(runner.endsWith("-arm"), system === "linux-arm64", runner)
    }
  })

  it("use one commit of each action", () => {
    const hashes = new Map<string, Set<string>>()
    for (const [, action = "", hash = ""] of files
      .map(textOf)
      .join("")
      .matchAll(/uses: (\S+)@(\S+)/gu)) {
      hashes.set(action, (hashes.get(action) ?? new Set()).add(hash))
    }
    for (const [action, found] of hashes) assert.lengthOf([...found], 1, action)
  })

  it("have no fault that actionlint knows", (context) => {
    if (spawnSync("actionlint", ["-version"]).status !== 0)
      return context.skip("there is no actionlint (.ci/renderers builds it)")
    const { status, stdout } = spawnSync("actionlint", { cwd: root, encoding: "utf8" })
    assert.strictEqual(status, 0, stdout)
  })
})
