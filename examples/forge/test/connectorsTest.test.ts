// `rollcall connectors test` with real settings: what it tries, what it cannot, and how often it calls.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathOf, start, worldOf } from "./appWorld.ts"

describe("connectors test", () => {
  it.live("names every requirement, tries those that it can, at the calls of one sync, and changes nothing", () =>
    Effect.gen(function* () {
      const { forge, rollcall } = yield* worldOf(10)
      const { code, out, err } = yield* rollcall("connectors", "test")
      assert.strictEqual(code, 0, out + err)
      assert.match(out, /^Forge meets all 11 requirements that were tried here, of 17\.$/mu)
      assert.lengthOf(out.match(/^. MUST /gmu) ?? [], 17)
      assert.match(out, /^✓ MUST resume from any page boundary with the same result$/mu)
      assert.match(out, /^✓ MUST tell who holds what it can grant as a sync tells it$/mu)
      assert.match(
        out,
        /^- MUST change one grant and no other .*\n {4}Not tried here: it needs a system that may be changed/mu,
      )
      assert.match(out, /^- MUST refuse, .*\n {4}Not tried here: it needs credentials that lack a scope/mu)
      const tried = [...forge.calls()]
      assert.include(out, `\nIt made ${tried.length} calls and read every list to its end.\n`)
      yield* rollcall("sync")
      assert.sameMembers(forge.calls().slice(tried.length), tried)
      assert.isTrue(tried.every((call) => call.startsWith("GET ")))
    }).pipe(Effect.scoped),
  )

  it.live("stops at --max-calls, and says which lists it did not read to their end and what was not tried", () =>
    Effect.gen(function* () {
      const { forge, rollcall } = yield* worldOf(2)
      const { code, out, err } = yield* rollcall("connectors", "test", "--max-calls", "12")
      assert.strictEqual(code, 0, out + err)
      assert.isAtMost(forge.calls().length, 12)
      assert.match(
        out,
        /^It made \d+ calls\. It reads \d pages? of each list at most, its part of the 12 calls that --max-calls allows, and these lists are longer: users, teams of organisations, members of teams\./mu,
      )
      assert.match(out, /^✓ MUST resume from any page boundary with the same result$/mu)
      for (const title of ["MUST give entitlements only on resources", "MUST tell who holds"]) {
        assert.match(
          out,
          new RegExp(`^- ${title}.*\\n {4}Not tried here: it needs lists that are read to their end\\.$`, "mu"),
        )
      }
    }).pipe(Effect.scoped),
  )

  it.live(
    "ends with 64 where the calls are too few for the first page of each list, and with 77 where the token is refused",
    () =>
      Effect.gen(function* () {
        const { forge, folder, environment, rollcall } = yield* worldOf()
        const { code, out, err } = yield* rollcall("connectors", "test", "--max-calls", "2")
        assert.deepStrictEqual([code, out, forge.calls().length], [64, "", 2])
        assert.match(err, /take more than 2 calls\.\nAllow more with --max-calls/u)
        const wrong = { ...environment, FORGE_TOKEN: `forge_${"9".repeat(24)}` }
        const refused = yield* Effect.promise(() => start("cli", ["connectors", "test"], folder, wrong).ended)
        assert.deepStrictEqual([refused.code, refused.out], [77, ""])
      }).pipe(Effect.scoped),
  )

  it.live("ends with 1 and says why where a module keeps something in a variable between two pages", () =>
    Effect.gen(function* () {
      const { folder, environment } = yield* worldOf(10)
      const module = join(folder, "forgetful.ts")
      writeFileSync(module, remembering)
      const { code, out } = yield* Effect.promise(
        () => start("cli", ["connectors", "test"], folder, { ...environment, BATON_CONNECTOR: module }).ended,
      )
      assert.strictEqual(code, 1, out)
      assert.match(out, /^Forge does not meet 1 of 11 requirements that were tried here, of 17\.$/mu)
      assert.match(out, /^✗ MUST NOT keep state between pages\n {4}the page of users at \/users\?/mu)
    }).pipe(Effect.scoped),
  )
})

/** A module whose second page of users depends on what its first has left in a variable. */
const remembering = `
  import { Effect } from "effect"
  import forge from ${JSON.stringify(pathOf("../src/index.ts"))}
  let hasBegun = false
  const remember = (step) => step.id !== "users" ? step : {
    ...step,
    page: (request) => Effect.map(step.page(request), (page) => {
      if (request.cursor === undefined) hasBegun = true
      return { ...page, resources: page.resources.map((it) => ({ ...it, description: String(hasBegun) })) }
    }),
  }
  export default {
    ...forge,
    load: async () => {
      const loaded = await forge.load()
      const open = (...args) => Effect.map(loaded.open(...args), (connector) => ({ ...connector, steps: connector.steps.map(remember) }))
      return { ...loaded, open }
    },
  }
`
