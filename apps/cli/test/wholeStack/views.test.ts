// The questions of a review, asked of a workspace that was synced just before: each is one command, without knowing an id.
import { writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { openCampaign } from "@rollcall/review"
import { Effect } from "effect"
import { rollcall, world } from "./command.ts"

/** A synced workspace, and what its simulator knows to be true of it. */
const synced = Effect.gen(function* () {
  const { slack, environment, file, sync } = yield* world({ users: 60, userGroups: 3 })
  const ended = yield* sync()
  assert.strictEqual(ended.code, 0, ended.stderr)
  const holders = (entitlement: RegExp) =>
    [...slack.expected()]
      .flatMap(({ id }) => {
        const [, held = "", user = ""] = /^(.+):user:([^:]+)$/u.exec(id) ?? []
        return entitlement.test(held) ? [user] : []
      })
      .toSorted()
  const ask = (...question: ReadonlyArray<string>) => rollcall(question, { environment })
  const rows = Effect.fnUntraced(function* (...question: ReadonlyArray<string>) {
    const { code, stdout, stderr } = yield* ask(...question, "-o", "ndjson")
    assert.strictEqual(code, 0, stderr)
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line): Readonly<Record<string, unknown>> => JSON.parse(line))
  })
  const ids = (...question: ReadonlyArray<string>) =>
    Effect.map(rows(...question, "--columns", "id"), (found) => found.map(({ id }) => String(id)).toSorted())
  return { slack, holders, ask, rows, ids, folder: dirname(file) }
})

describe("one command, without knowing an id,", () => {
  it.live("answers each question of a review with what the workspace holds", () =>
    Effect.gen(function* () {
      const { slack, holders, ask, rows, ids } = yield* synced
      const admins = holders(/^workspaceRole:[^:]+:(?:primary_owner|owner|admin):assigned$/u)
      assert.deepStrictEqual(yield* ids("resources", "--kind", "admin"), [...new Set(admins)])
      const guests = holders(/^workspaceRole:[^:]+:(?:single|multi)_channel_guest:assigned$/u)
      const invited = holders(/^workspaceRole:[^:]+:invited_member:assigned$/u)
      assert.isNotEmpty(guests)
      assert.deepStrictEqual(yield* ids("resources", "--kind", "guest"), guests)
      assert.deepStrictEqual(yield* ids("resources", "--kind", "invited"), invited)

      const [group] = yield* rows("resources", "-t", "user group", "--columns", "id,name,members", "--limit", "1")
      const members = holders(new RegExp(`^userGroup:${String(group?.["id"])}:member$`, "u"))
      assert.deepStrictEqual(yield* ids("principals", String(group?.["name"])), members)
      assert.strictEqual(group?.["members"], members.length)

      const deactivated = yield* ids("resources", "-t", "user", "--status", "disabled")
      const still = yield* rows("grants", "--status", "disabled", "--no-base", "--columns", "id")
      const expected = [...slack.expected()].flatMap(({ id }) => {
        const [, held = "", user = ""] = /^(.+):user:([^:]+)$/u.exec(id) ?? []
        return deactivated.includes(user) && !held.startsWith("workspace:") ? [id] : []
      })
      assert.isNotEmpty(expected)
      assert.deepStrictEqual(still.map(({ id }) => String(id)).toSorted(), expected.toSorted())
      assert.isAbove((yield* rows("grants", "--status", "disabled", "--columns", "id")).length, still.length)

      const [account] = yield* rows("resources", "--kind", "admin", "--columns", "id,email", "--limit", "1")
      const access = yield* ask("access", String(account?.["email"]).toUpperCase())
      assert.strictEqual(access.code, 0, access.stderr)
      assert.include(access.stdout, `(user:${String(account?.["id"])})`)
      assert.include(access.stdout, "Primary Owner (Workspace Role)\n    assigned")
    }),
  )

  it.live("counts the same guests in every view, in the report, in an export and in a review of guests", () =>
    Effect.gen(function* () {
      const { ask, rows, ids, folder } = yield* synced
      const guests = yield* ids("resources", "--kind", "guest")
      const both = yield* rows("resources", "--kind", "invited", "--columns", "id,kind,kinds")
      const invitedGuests = both.filter(({ id }) => guests.includes(String(id)))
      assert.isNotEmpty(invitedGuests)
      for (const { kind, kinds } of invitedGuests) {
        assert.deepStrictEqual([kind, kinds], ["invited", ["invited", "guest"]])
      }
      const [first] = invitedGuests
      const shown = yield* ask("resources", "--search", String(first?.["id"]), "-o", "csv")
      assert.match(shown.stdout, /,"invited, guest \((?:one channel|several channels)\)",/u)

      const granted = yield* rows("grants", "--kind", "guest", "--columns", "principalId,status")
      assert.deepStrictEqual([...new Set(granted.map(({ principalId }) => String(principalId)))].toSorted(), guests)

      const { stdout: report, stderr } = yield* ask("report", "-o", "json")
      assert.strictEqual(JSON.parse(report).figures.guests.seen, guests.length, stderr)

      const database = join(folder, "access.sqlite")
      assert.strictEqual((yield* ask("export", "--format", "sqlite", "--out", database)).code, 0)
      const sqlite = new DatabaseSync(database, { readOnly: true })
      const isGuest = "exists (select 1 from json_each(kinds) where value = 'guest')"
      const exported = sqlite.prepare(`select id from accounts_user where ${isGuest} order by id`).all()
      sqlite.close()
      assert.deepStrictEqual(
        exported.map(({ id }) => id),
        guests,
      )

      const list = join(folder, "reviewers.csv")
      writeFileSync(list, "scope,reviewer,name,role\nall,rita@example.com,Rita,IT\n")
      const start = ["review", "start", "--campaign", join(folder, "q4"), "--name", "Q4", "--scope", "guests"]
      const started = yield* ask(...start, "--reviewers", list, "--due", "2099-12-31", "--accept-gap", "Pro")
      assert.strictEqual(started.code, 0, started.stderr)
      const { items } = yield* openCampaign(join(folder, "q4"))
      assert.deepStrictEqual([...new Set([...items.values()].map(({ account }) => account.id))].toSorted(), guests)
    }),
  )

  it.live("says that the bot's token was shown no second factors, in place of listing everybody", () =>
    Effect.gen(function* () {
      const { ask } = yield* synced
      const { code, stdout, stderr } = yield* ask("resources", "--no-mfa")
      assert.deepStrictEqual([code, stdout], [77, ""])
      assert.include(stderr, "Slack shows them only to the user token of an admin")
    }),
  )
})
