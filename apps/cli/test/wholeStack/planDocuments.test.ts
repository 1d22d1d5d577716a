// The pages about plans and about access that ends can be followed: their commands, pasted one after the other, do what the pages say.
import { spawnSync } from "node:child_process"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { leaseStoreOf } from "@rollcall/host/changes"
import { LeaseStore } from "@rollcall/plan"
import { Effect } from "effect"
import { businessPlusWorld } from "./businessPlus.ts"
import { blocksOf, readPage, terminal } from "./pastedPage.ts"

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0

/** What runs for ever in a terminal of its own, and what is there. */
const isElsewhere = (block: string): boolean => /^rollcall simulate|rollcall-worker|^node -e/mu.test(block)

/** Nobody is at the terminal who could say yes. */
const answered = (block: string): string => block.replaceAll(/^rollcall (?:apply|approve) [^#\n]+/gmu, "$& --yes ")

/** As `rollcall simulate` makes it with the flags that the pages give it, and a terminal in a folder beside it. */
const pages = Effect.gen(function* () {
  const town = yield* businessPlusWorld({ userGroups: 10, idpGroups: 4, seed: 1 })
  const folder = dirname(town.file)
  const { BATON_LEASES: _, ...environment } = town.environment
  return { ...town, folder, paste: terminal(folder, environment) }
})

describe("the page about plans", () => {
  it.live.skipIf(!hasOpenssl)("leads from a list over a desired state, drift and an approval to what was applied", () =>
    Effect.gen(function* () {
      const { paste, membersOf, audit } = yield* pages
      const said: Array<string> = []
      for (const block of blocksOf(readPage("plan-and-apply")).filter((one) => !isElsewhere(one)))
        said.push(yield* paste(answered(block)))
      assert.match(said.join(""), /^ {2}- bruno\.dubois <member\.32@simulated-1\.example> \(user:U01M8EIM1\)$/mu)
      assert.match(said.join(""), /\n\d to grant\.\n/u, "what was lost since a sync")
      assert.notInclude(membersOf("S013JNUL8"), "U01M8EIM1")
      assert.deepStrictEqual(
        audit().flatMap(({ outcome, approvedBy = [] }) => (outcome === "changed" ? [approvedBy.join()] : [])),
        ["", "", "Ben", "Ben"],
      )
    }),
  )
})

describe("the page about access that ends", () => {
  it.live("grants for two minutes with a worker beside it, and lists it", () =>
    Effect.gen(function* () {
      const { paste, folder, membersOf, slack } = yield* pages
      // The worker of the page.
      yield* Effect.provide(
        LeaseStore.use(({ beat }) => beat(slack.teamId, Date.now())),
        leaseStoreOf(join(folder, "leases.db")),
      )
      const said: Array<string> = []
      const settings = "export BATON_LEASES=$PWD/leases.db\n"
      for (const block of blocksOf(readPage("just-in-time-access")).filter((one) => !isElsewhere(one)))
        said.push(yield* paste(settings + block))
      assert.match(said[0] ?? "", /U00O4YV0Y +grace\.moreau +member\.2@simulated-1\.example +changed +\d{4}-/u)
      assert.match(said[1] ?? "", /group:S013JNUL8:member +user:U00O4YV0Y .+ active .+ on call, REQ-7/u)
      assert.include(membersOf("S013JNUL8"), "U00O4YV0Y")
      assert.include(said.at(-1), "U00O4YV0Y")
    }),
  )
})
