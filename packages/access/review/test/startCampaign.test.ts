// A campaign begins with a frozen file, items that have a reviewer each, and figures that add up.
import { appendFileSync, existsSync, readFileSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import type { CampaignRequest } from "../src/index.ts"
import { campaignStatus, openCampaign, startCampaign } from "../src/index.ts"
import { reportOf } from "../src/evidenceReport.ts"
import type { Office } from "@rollcall/test-kit/office"
import { hasRole, meanings, memberOf, office, person } from "@rollcall/test-kit/office"
import { syncOffice } from "./syncOffice.ts"
import { requestOf, reviewersOf } from "./office.ts"

const started = Effect.fnUntraced(function* (more: Partial<CampaignRequest> = {}, what: Office = office) {
  const folder = yield* scratchFolder("review")
  yield* syncOffice(join(folder, "sync.c1z"), what)
  yield* startCampaign(requestOf(folder, more))
  return yield* openCampaign(join(folder, "campaign"))
})

const refused = (more: Partial<CampaignRequest>, what: Office = office) =>
  Effect.map(Effect.flip(started(more, what)), (error) => ({
    kind: "kind" in error ? error.kind : undefined,
    message: error.message,
  }))

describe("a scope of a group", () => {
  it.live("says that the sync shows no groups at all, as one without the credential for them does", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const grants = office.grants.filter(({ id }) => !id.startsWith("group:"))
      yield* syncOffice(join(folder, "sync.c1z"), { ...office, groups: {}, grants })
      const error = yield* Effect.flip(startCampaign(requestOf(folder, { scopes: ["group:IT Admins"] })))
      assert.strictEqual(error.message, "The sync shows no group at all, so group:IT Admins means nothing.")
    }).pipe(Effect.scoped),
  )
})

describe("a campaign", () => {
  it.live("of a file that is not there is refused by the name of that file, and leaves no folder", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const file = join(folder, "nothing.c1z")
      const error = yield* Effect.flip(startCampaign({ ...requestOf(folder), file }))
      assert.deepInclude(error, { kind: "configuration", message: `${file} is not there.` })
      assert.isFalse(existsSync(join(folder, "campaign")))
    }).pipe(Effect.scoped),
  )

  it.live("of a folder is refused by the name of that folder, and a campaign without its items by theirs", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const error = yield* Effect.flip(startCampaign({ ...requestOf(folder), file: folder }))
      assert.deepInclude(error, {
        kind: "unreadable",
        message: `${folder} is a folder, a link or a device, and no file.`,
      })
      assert.isFalse(existsSync(join(folder, "campaign")))
      const { folder: parts } = yield* started()
      rmSync(parts.items)
      const missing = yield* Effect.flip(openCampaign(parts.path))
      assert.deepInclude(missing, { message: `${parts.items} is not there.` })
      assert.match(missing.hint, /restore the folder from a copy/)
    }).pipe(Effect.scoped),
  )

  it.live("names the patterns of privileged entitlements that fit nothing", () =>
    Effect.gen(function* () {
      const { started: event } = yield* started({ privileged: ["app:*:admin", "group:*:member"] })
      assert.deepStrictEqual(event.notes, ["--privileged app:*:admin fits no entitlement of the sync."])
    }),
  )

  it.live("freezes file and items, in a folder and in files that only this user may read", () =>
    Effect.gen(function* () {
      const campaign = yield* started()
      const { folder, started: event, items } = campaign
      assert.deepStrictEqual(
        [event.grants, event.inScope, event.outOfScope, items.size],
        [office.grants.length, office.grants.length, {}, office.grants.length],
      )
      assert.deepStrictEqual(event.reviewers, [
        { email: "boss@example.com", name: "Boss", role: "CISO", items: office.grants.length },
      ])
      assert.strictEqual(event.sync.workspace?.name, "Acme")
      const modes = [folder.path, folder.log, folder.population, folder.items, folder.key].map(
        (path) => statSync(path).mode & 0o777,
      )
      assert.deepStrictEqual(modes, [0o700, 0o600, 0o600, 0o600, 0o600])
    }),
  )

  it.live("has the grants that its scopes cover, and says why others are left out", () =>
    Effect.gen(function* () {
      const { started: event, items } = yield* started({ scopes: ["admins", "guests", "disabled", "group:IT Admins"] })
      const shown = [...items.values()].map(({ account, entitlement, scope }) => [account.name, entitlement.id, scope])
      assert.deepStrictEqual(shown, [
        ["ada", "role:owner:held", "admins"],
        ["gil", "role:guest:held", "guests"],
        ["bob", "group:it:member", "group:IT Admins"],
        ["eve", "group:it:member", "disabled"],
      ])
      assert.deepStrictEqual([event.grants, event.inScope, event.outOfScope], [6, 4, { "in none of the scopes": 2 }])
    }),
  )

  it.live("has what guests hold who were only invited yet, and names the accounts of which the kind is not known", () =>
    Effect.gen(function* () {
      const asInvited = meanings.map((known) => ({
        ...known,
        meanings: {
          ...known.meanings,
          kinds: [{ entitlement: "role:member:held", kind: "invited" as const }, ...known.meanings.kinds],
        },
      }))
      const accounts = [...office.accounts, person("ina"), person("uma")]
      const grants = [...office.grants, hasRole("member", "ina"), hasRole("guest", "ina"), memberOf("it", "uma")]
      const what = { ...office, accounts, grants }
      const campaign = yield* started({ scopes: ["guests"], meanings: asInvited }, what)
      const shown = [...campaign.items.values()].map(({ account }) => [account.name, account.kind, account.kindText])
      assert.deepStrictEqual(shown, [
        ["gil", "guest", "guest (one room)"],
        ["ina", "invited", "invited, guest (one room)"],
        ["ina", "invited", "invited, guest (one room)"],
      ])
      const note =
        "2 accounts are of unknown kind, 1 of them in use, so the scope guests leaves out what they hold: uma (uma), eve (eve)."
      assert.deepStrictEqual(campaign.started.notes, [note])
      const now = "2026-12-01T00:00:00Z"
      assert.include(reportOf(campaign, campaignStatus(campaign, now), now, undefined), `- ${note}\n`)
      const admins = yield* started({ scopes: ["admins"] }, what)
      assert.deepStrictEqual(admins.started.notes, [])
    }),
  )

  it.live("leaves out what every account holds as long as it is there, unless a scope names it", () =>
    Effect.gen(function* () {
      const base = ["role:member:*"]
      const withBase = meanings.map((known) => ({ ...known, meanings: { ...known.meanings, base } }))
      const reason = "base membership, which an account has for as long as it is in the system"
      const wide = yield* started({ meanings: withBase })
      assert.deepStrictEqual(
        [wide.started.grants, wide.started.inScope, wide.started.outOfScope, wide.started.base],
        [6, 4, { [reason]: 2 }, base],
      )
      assert.isFalse([...wide.items.values()].some(({ entitlement }) => entitlement.id === "role:member:held"))
      const scopes = ["entitlement:role:member:held"]
      const named = yield* started({ meanings: withBase, scopes })
      assert.deepStrictEqual([named.items.size, named.started.outOfScope], [2, { "in none of the scopes": 4 }])
      const grants = office.grants.filter(({ id }) => id.startsWith("role:member"))
      const only = { ...office, grants }
      assert.include((yield* refused({ meanings: withBase }, only)).message, "in the scope all but base memberships")
    }),
  )

  it.live("names the lines of reviewers.csv that got no item", () =>
    Effect.gen(function* () {
      const { started: event } = yield* started({
        scopes: ["guests"],
        reviewers: reviewersOf("group:it,boss@example.com,,", "guests,boss@example.com,,", "all,it@example.com,,"),
      })
      assert.deepStrictEqual(
        event.notes.filter((note) => note.startsWith("reviewers.csv")).map((note) => note.slice(0, note.indexOf(": "))),
        [
          "reviewers.csv line 2 (group:it, boss@example.com) got no item",
          "reviewers.csv line 4 (all, it@example.com) got no item",
        ],
      )
    }),
  )

  it.live("gives an item to the first line that fits and is somebody else, and then to the fallback", () =>
    Effect.gen(function* () {
      const { items } = yield* started({
        reviewers: reviewersOf(
          "admins,ADA@example.com,Ada,",
          "group:it,bob@example.com,Bob,",
          "all,ada@example.com,Ada,",
        ),
        fallback: "boss@example.com",
      })
      const reviewers = [...items.values()].map(({ account, entitlement, reviewer }) => [
        `${account.name} ${entitlement.id}`,
        reviewer,
      ])
      assert.deepStrictEqual(Object.fromEntries(reviewers), {
        "ada role:owner:held": "boss@example.com",
        "ada role:member:held": "boss@example.com",
        "bob role:member:held": "ada@example.com",
        "gil role:guest:held": "ada@example.com",
        "bob group:it:member": "ada@example.com",
        "eve group:it:member": "bob@example.com",
      })
    }),
  )

  it.live("names items that nobody but their own account could review, and does not start", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      yield* syncOffice(join(folder, "sync.c1z"))
      const request = requestOf(folder, { reviewers: reviewersOf("all,ada@example.com,Ada,") })
      const { message } = yield* Effect.flip(startCampaign(request))
      // Nor is there a copy of the data left.
      assert.isFalse(existsSync(request.folder))
      assert.include(message, "2 items have no reviewer who is somebody else: Owner role of ada")
    }),
  )

  it.live("flags two who review each other", () =>
    Effect.gen(function* () {
      const { started: event } = yield* started({
        scopes: ["entitlement:role:member:held"],
        reviewers: reviewersOf("all,ada@example.com,,", "all,bob@example.com,,"),
      })
      assert.deepStrictEqual(event.mutual, [["ada@example.com", "bob@example.com"]])
    }),
  )

  it.live("has the managers as reviewers where the system names them", () =>
    Effect.gen(function* () {
      const led = {
        ...office,
        accounts: [...office.accounts.slice(0, 1), person("bob", { profile: { manager_id: "ada" } })],
      }
      const { items } = yield* started(
        { byManager: true, scopes: ["group:it"] },
        { ...led, grants: [memberOf("it", "bob"), memberOf("it", "ada")] },
      )
      assert.deepStrictEqual(
        [...items.values()].map(({ reviewer }) => reviewer),
        ["ada@example.com", "boss@example.com"],
      )
    }),
  )

  it.live.each([
    ["a scope that is none", { scopes: ["owners"] }, /owners is no scope/],
    ["a scope that matches nothing", { scopes: ["all", "bots"] }, /Nothing in the file is in the scope bots/],
    ["a group that is not there", { scopes: ["group:IT Admin"] }, /Did you mean IT Admins\?/],
    ["an entitlement that is not there", { scopes: ["entitlement:role:x:held"] }, /no entitlement role:x:held/],
  ] as const)("does not start for %s", ([, more, says]) =>
    Effect.gen(function* () {
      const { kind, message } = yield* refused({ ...more, scopes: [...more.scopes] })
      assert.strictEqual(kind, "usage")
      assert.match(message, says)
    }),
  )

  it.live("needs a reason for a gap that its scopes need, and keeps it", () =>
    Effect.gen(function* () {
      const gap = {
        resourceType: "group",
        missing: "members of Red",
        reason: "scope",
        explanation: "No scope.",
      } as const
      const lacking: Office = { ...office, gaps: [gap] }
      const { kind, message } = yield* refused({}, lacking)
      assert.deepStrictEqual([kind, message.includes("members of Red")], ["refused", true])
      const { started: event } = yield* started({ acceptGap: "Red is closed." }, lacking)
      assert.deepStrictEqual([event.acceptedGaps.length, event.acceptedReason], [1, "Red is closed."])
      assert.deepStrictEqual((yield* started({ scopes: ["admins"] }, lacking)).started.acceptedGaps, [])
    }),
  )

  it.live("does not start with a sync that is too old", () =>
    Effect.gen(function* () {
      assert.include((yield* refused({ maxAge: 0 })).message, "--max-age allows 0")
    }),
  )

  it.live("does not start with more items than people can decide, and says how many it may have", () =>
    Effect.gen(function* () {
      const { kind, message } = yield* refused({ mostItems: 5 })
      assert.deepStrictEqual([kind, message.includes("More than 5 grants are in scope")], ["usage", true])
      assert.strictEqual((yield* started({ mostItems: 6 })).items.size, 6)
    }),
  )

  it.live("does not start with a sync that was narrowed", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      const file = join(folder, "sync.c1z")
      yield* syncOffice(file, office, { resourceTypes: ["user", "role"] })
      const error = yield* Effect.flip(startCampaign(requestOf(folder, { scopes: ["admins"] })))
      assert.match(error.message, /The sync is not a full one/)
    }),
  )

  it.live("has a name that lists and audit logs can hold", () =>
    Effect.gen(function* () {
      for (const name of ["=1+1", "", "a\nb", "x".repeat(81)]) {
        assert.include((yield* refused({ name })).message, "cannot be the name of a campaign")
      }
    }),
  )

  it.live("does not start twice in a folder", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("review")
      yield* syncOffice(join(folder, "sync.c1z"))
      yield* startCampaign(requestOf(folder))
      const log = readFileSync(join(folder, "campaign", "log.ndjson"), "utf8")
      assert.strictEqual((yield* Effect.flip(startCampaign(requestOf(folder))))._tag, "ReviewError")
      assert.strictEqual(readFileSync(join(folder, "campaign", "log.ndjson"), "utf8"), log)
    }),
  )
})

describe("reviewers.csv", () => {
  it.live.each([
    ["all,boss,Boss,", /line 2 has no e-mail address/],
    [",boss@example.com,Boss,", /line 2 names no scope/],
    ["rooms,boss@example.com,Boss,", /^reviewers\.csv line 2: rooms is no scope/],
    ["group:IT Admin,boss@example.com,,", /^reviewers\.csv line 2: The sync shows nothing .* Did you mean IT Admins\?/],
  ] as const)("with the line %s is refused", ([line, says]) =>
    Effect.gen(function* () {
      assert.match((yield* refused({ reviewers: reviewersOf(line) })).message, says)
    }),
  )
})

describe("a folder of which the file was altered", () => {
  it.live("is refused: its items are those that were frozen, or none", () =>
    Effect.gen(function* () {
      const { folder } = yield* started()
      appendFileSync(folder.items, "\n")
      assert.include((yield* Effect.flip(openCampaign(folder.path))).message, "is not what the campaign froze")
    }),
  )
})
