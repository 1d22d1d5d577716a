// The long form of the tests of what workers share: `pnpm long`, or `pnpm long 14` for one part. It fetches and builds what the test command
// does without, and runs the suites on it: on PostgreSQL 14, the oldest that is supported, on 18, and the rolling upgrade from the first
// release that shared a database; the failover drill of two minutes; a registry on this machine, to which what is released is pushed; and the
// tests of the command on the program of one file of this system: `pnpm long binary`, or `pnpm long binary linux-x64` to be sure which one.
import { execFileSync, spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { bundlesOf } from "../bundle.ts"
import { releasedProgram, thisSystem } from "./releasedProgram.ts"

const root = fileURLToPath(new URL("../../../../", import.meta.url))

/** The first release that shared a database. */
const first = "941339a8c8bb66fd9a5980b77e00026183cecfec"

/** The suites of stores and of failover. */
const shared = ["packages/storage/postgres", "apps/worker/test/cluster", "apps/cli/test/leases/database.test.ts"]

/** The folder of the programs of a version, fetched once per machine; of the machine itself where none is named. */
const postgres = (...version: ReadonlyArray<string>): string =>
  execFileSync("bash", [`${root}.ci/postgres`, ...version], { encoding: "utf8" }).trim()

/** What a script of `.ci` prints: where the program is that it has found or fetched. */
const found = (script: string): string => execFileSync("bash", [`${root}.ci/${script}`], { encoding: "utf8" }).trim()

/** What a part sets, and the files that it runs; or why it cannot run here. */
type Part = () => { readonly set: Readonly<Record<string, string>>; readonly files: ReadonlyArray<string> } | string

const parts: Readonly<Record<string, Part>> = {
  14: () => ({ set: { BATON_TEST_POSTGRES: postgres("14") }, files: shared }),
  18: () => ({ set: { BATON_TEST_POSTGRES: postgres("18") }, files: shared }),
  upgrade: () => {
    // A clone may be shallow.
    const known =
      spawnSync("git", ["-C", root, "cat-file", "-e", `${first}^{commit}`], { stdio: "ignore" }).status === 0
    return known
      ? {
          set: { BATON_TEST_POSTGRES: postgres(), BATON_TEST_FIRST_WORKER: bundlesOf(first).worker },
          files: ["apps/worker/test/cluster/rollingUpgrade.test.ts"],
        }
      : `this clone does not have the commit ${first}: fetch the whole history`
  },
  drill: () => ({
    set: { BATON_TEST_POSTGRES: postgres(), BATON_TEST_DRILL_MINUTES: "2" },
    files: ["tooling/drill/test/drill.test.ts"],
  }),
  registry: () => {
    const set = { BATON_TEST_REGISTRY: found("registry"), PATH: `${found("renderers")}:${process.env["PATH"] ?? ""}` }
    return set.BATON_TEST_REGISTRY === ""
      ? "there is no registry"
      : { set, files: ["tooling/deploy/test/chartRegistry.test.ts", "tooling/release/test/chart.test.ts"] }
  },
  image: () => {
    const set = { BATON_TEST_REGISTRY: found("registry"), BATON_TEST_IMAGE: "made" }
    return { set, files: ["tooling/release/test/wholeImage.test.ts"] }
  },
  binary: () => ({ set: { BATON_TEST_ROLLCALL: releasedProgram(root) }, files: ["apps/cli/test"] }),
}

const [system, ...others] = process.argv.slice(2).filter((name) => /^(?:linux|darwin|win32)-/u.test(name))
if (others.length > 0 || (system !== undefined && system !== thisSystem)) {
  console.error(`A program is tried on its own system, and this one is ${thisSystem}.`)
  process.exit(64)
}
const asked = process.argv.slice(2).filter((name) => name !== system)
const unknown = asked.filter((name) => parts[name] === undefined)
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}: choose from ${Object.keys(parts).join(", ")}.`)
  process.exit(64)
}
let failed = 0
for (const [name, part] of Object.entries(parts).filter(([it]) => asked.length === 0 || asked.includes(it))) {
  const told = part()
  if (typeof told === "string") {
    console.log(`${name}: skipped, as ${told}.`)
    continue
  }
  console.log(`${name}: ${told.files.join(" ")}`)
  const { status } = spawnSync("vitest", ["run", ...told.files], {
    cwd: root,
    stdio: "inherit",
    // There the programs of npm are scripts of its shell.
    shell: process.platform === "win32",
    env: { ...process.env, ...told.set },
  })
  if (status !== 0) failed += 1
}
process.exit(failed === 0 ? 0 : 1)
