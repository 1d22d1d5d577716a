// A Business+ workspace that is synced without the Business+ token: the file says what it lacks, and whoever needs that is told.
import { readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { businessPlusWorld } from "./businessPlus.ts"

const unset = "Reading it takes the Business+ token (BATON_BUSINESS_PLUS_TOKEN), which is not set."
const planScopes = ["team.billing:read", "team:read", "usergroups:read", "users:read", "users:read.email"]

const proWorld = Effect.fnUntraced(function* (options: SimulatorOptions = {}) {
  const town = yield* businessPlusWorld(options)
  const folder = dirname(town.file)
  const reviewers = join(folder, "reviewers.csv")
  writeFileSync(reviewers, "scope,reviewer,name,role\nall,boss@example.com,Boss,CISO\n")
  const environment = { BATON_BUSINESS_PLUS_TOKEN: "", BATON_FILE: town.file, BATON_OUTPUT_FORMAT: "table" }
  const run = (...args: ReadonlyArray<string>) => town.run(args, { environment })
  const start = (campaign: string, ...more: ReadonlyArray<string>) =>
    run(
      "review",
      "start",
      "--campaign",
      join(folder, campaign),
      "--name",
      campaign,
      "--due",
      "2099-12-31",
      "--reviewers",
      reviewers,
      ...more,
    )
  return { folder, run, runWithToken: town.run, start, synced: yield* run("sync", "--strict") }
})

describe("a sync without the Business+ token", () => {
  it.live("names what it did not read, in its summary and in the file, and is accepted by --strict", () =>
    Effect.gen(function* () {
      const { run, folder, synced } = yield* proWorld()
      assert.strictEqual(synced.code, 0, synced.stderr)
      assert.match(synced.stderr, /, nothing missing that the given credentials show, /u)
      assert.include(
        synced.stderr,
        "note: not read: IdP groups and who is in them; Business+ roles and who holds them; ",
      )
      assert.include(synced.stderr, `. ${unset} Whether the system has any is not known.`)
      assert.include((yield* run("stats")).stdout, `- IdP groups and who is in them: ${unset}`)
      const principals = yield* run("principals", "IT Admins")
      assert.strictEqual(principals.code, 64)
      assert.include(principals.stderr, `The sync lacks IdP groups and who is in them: ${unset}`)
      const report = JSON.parse((yield* run("report", "-o", "json")).stdout)
      assert.include(JSON.stringify(report.unseen), "IdP groups and who is in them")
      assert.match(report.figures.groups.why, /^group is not known: the sync lacks IdP groups/u)
      const exported = yield* run("export", "--format", "ndjson", "--out", join(folder, "tables"))
      assert.strictEqual(exported.code, 0, exported.stderr)
      const coverage = readFileSync(join(folder, "tables", "coverage.ndjson"), "utf8")
      assert.match(coverage, /^.*"group".*"skipped".*"furtherCredential".*$/mu)
    }).pipe(Effect.scoped),
  )

  it.live("does not begin a review whose scopes need what was not read, unless that is accepted", () =>
    Effect.gen(function* () {
      const { start } = yield* proWorld()
      const refused = yield* start("all", "--scope", "all")
      assert.strictEqual(refused.code, 77, refused.stderr)
      assert.include(refused.stderr, `Missing: IdP groups and who is in them. ${unset}`)
      const ofGroup = yield* start("group", "--scope", "group:IT Admins")
      assert.strictEqual(ofGroup.code, 77, ofGroup.stderr)
      assert.include(ofGroup.stderr, `The sync lacks IdP groups and who is in them: ${unset}`)
      const accepted = yield* start("all", "--scope", "all", "--accept-gap", "the groups are reviewed elsewhere")
      assert.strictEqual(accepted.code, 0, accepted.stderr)
    }).pipe(Effect.scoped),
  )

  it.live("is not compared in what it did not read, and only a sync with the token makes that a difference", () =>
    Effect.gen(function* () {
      const { run, runWithToken } = yield* proWorld()
      yield* run("sync")
      const same = yield* run("diff", "--exit-code")
      assert.strictEqual(same.code, 0, same.stdout)
      assert.include(same.stdout, "group is not compared: each sync lacks IdP groups and who is in them.")
      assert.include(same.stdout, unset)
      const whole = yield* runWithToken(["sync"])
      assert.strictEqual(whole.code, 0, whole.stderr)
      const differs = yield* run("diff", "--exit-code")
      assert.include(differs.stdout, "group is not compared: the earlier sync lacks IdP groups and who is in them.")
      assert.strictEqual(differs.code, 2, differs.stdout)
    }).pipe(Effect.scoped),
  )

  it.live("says without a doubt that it lacks them where the token can see that the plan has them", () =>
    Effect.gen(function* () {
      const { run, synced } = yield* proWorld({ botScopes: planScopes })
      assert.include(synced.stderr, unset)
      assert.notInclude(synced.stderr, "is not known")
      assert.include((yield* run("stats")).stdout, `- IdP groups and who is in them: ${unset}\n`)
    }).pipe(Effect.scoped),
  )
})

describe("a sync of a workspace on the plan Pro", () => {
  it.live("lacks nothing where the token can see the plan, and is reviewed without a gap to accept", () =>
    Effect.gen(function* () {
      const { start, synced } = yield* proWorld({ plan: "pro", botScopes: planScopes })
      assert.match(synced.stderr, /, nothing missing, /u)
      assert.notInclude(synced.stderr, "not read")
      const started = yield* start("all", "--scope", "all")
      assert.strictEqual(started.code, 0, started.stderr)
    }).pipe(Effect.scoped),
  )
})
