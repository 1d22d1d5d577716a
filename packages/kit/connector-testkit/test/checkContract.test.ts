// The contract without a test runner, and its report for people.
import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { Effect } from "effect"
import { checkContract, contractReport } from "../src/check.ts"
import { requirements } from "../src/requirements.ts"
import { loadedModules } from "../src/runs.ts"
import { brokenLibraries } from "./brokenLibraries.ts"
import { libraryWorld } from "./libraryWorld.ts"
import { vi } from "vitest"

// As connectorContract does.
loadedModules.forget = () => void vi.resetModules()

const healthy = libraryWorld(async () => (await import("./library.ts")).library)

describe("a report of the contract", () => {
  it.live("says of a healthy connector that it meets all, and names each requirement", () =>
    Effect.gen(function* () {
      const report = contractReport("Library", yield* checkContract(healthy))
      assert.strictEqual(report.split("\n")[0], `Library meets all ${requirements.length} requirements.`)
      for (const { title } of requirements) assert.include(report, `✓ ${title}\n`)
    }),
  )

  it.live("says which requirement is not met, and why", () =>
    Effect.gen(function* () {
      const broken = brokenLibraries.find(({ flaw }) => flaw.startsWith("that gives grants without"))
      const report = contractReport("Library", yield* checkContract(broken?.world ?? healthy))
      assert.include(report, `Library does not meet 1 of ${requirements.length} requirements.`)
      assert.include(report, `✗ ${broken?.fails}\n    the grant shelf:maps:key:reader:ada is of an entitlement`)
    }),
  )

  it.live("names what the world lacks as not tried, and tries all else", () =>
    Effect.gen(function* () {
      const { grantable: _, actions: __, ...live } = healthy
      const results = yield* checkContract(live, { lacks: ["lesserCredentials", "changes"] })
      const report = contractReport("Library", results)
      assert.match(report, /^Library meets all 11 requirements that were tried here, of 17\.$/mu)
      assert.lengthOf(
        results.filter(({ untried }) => untried?.includes("a scope")),
        3,
      )
      assert.lengthOf(
        results.filter(({ untried }) => untried?.includes("may be changed")),
        3,
      )
      const part = yield* checkContract(live, { lacks: ["lesserCredentials", "changes", "everything"] })
      assert.lengthOf(
        part.filter(({ untried }) => untried?.includes("read to their end")),
        3,
      )
    }),
  )

  it.live("says nothing against a connector where a system as it is holds too little, or did not answer any more", () =>
    Effect.gen(function* () {
      const single = brokenLibraries.find(({ flaw }) => flaw.startsWith("whose every step ends"))?.world ?? healthy
      const strict = yield* checkContract(single)
      const lenient = yield* checkContract(single, { takesDataAsItIs: true })
      const found = (results: typeof strict) => results.map(({ why, untried }) => why !== undefined || untried)
      assert.deepStrictEqual([found(strict)[0], found(lenient)[0]], [true, lenient[0]?.untried])
      assert.match(lenient[0]?.untried ?? "", /every step ended with its first page/u)
      const stopped = yield* checkContract(single, { stoppedBy: () => "the limit was reached" })
      assert.deepStrictEqual(stopped[0], { title: strict[0]?.title ?? "", untried: "the limit was reached" })
    }),
  )

  it("shows no control character of what a system sent, and cuts long reasons", () => {
    const why = ["\u001b[2Jgone", ...Array.from({ length: 40 }, (_, line) => `line ${line}`)].join("\n")
    const report = contractReport("A\u0007B", [{ title: "MUST be short", why }])
    assert.notMatch(report.replaceAll("\n", ""), /\p{Cc}/u)
    assert.include(report, "    and 29 more lines\n")
  })

  it("can be made outside of a test runner", () => {
    const url = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
    const program = `
      import { checkContract, contractReport } from ${url("../src/check.ts")}
      import { libraryWorld } from ${url("./libraryWorld.ts")}
      import { Effect } from "effect"
      import { library } from ${url("./library.ts")}
      // Each time another object, of a module that keeps nothing.
      const results = await Effect.runPromise(checkContract(libraryWorld(() => ({ ...library }))))
      console.log(contractReport("Library", results))
    `
    const { VITEST: _, ...env } = process.env
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
      env,
      cwd: new URL("..", import.meta.url),
      encoding: "utf8",
    })
    assert.include(stdout, `Library meets all ${requirements.length} requirements.`, stderr)
  })
})
