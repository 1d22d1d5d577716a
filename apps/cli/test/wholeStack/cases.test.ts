// Workspaces and replies that once broke the product, made from public reports: each ends as its table says.
import { existsSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { storedIds, storedRecords } from "@rollcall/test-kit/oracle"
import { Effect } from "effect"
import type { Tokens } from "./servedCase.ts"
import { servedCase, whyNoCases } from "./servedCase.ts"

/** A command, the code it ends with, what it says, and what it never says. */
interface Run {
  readonly args: ReadonlyArray<string>
  readonly code: number
  readonly says?: RegExp
  readonly neverSays?: RegExp
}

/** What the commands left behind: the file, the audit log, and the state of the server. */
interface Left {
  readonly ids: ReadonlyArray<string>
  readonly accounts: ReadonlyArray<string>
  /** Who holds this entitlement. */
  readonly holders: (entitlement: string) => ReadonlyArray<string>
  /** The record of an account, as JSON. */
  readonly account: (id: string) => string
  readonly audit: string
  readonly members: ReadonlyArray<string>
  readonly active: Readonly<Record<string, boolean>>
}

interface Case {
  readonly name: string
  readonly title: string
  /** The tokens it is run with, each time with a file of its own; both where not given. */
  readonly tokens?: ReadonlyArray<Tokens>
  readonly environment?: Readonly<Record<string, string>>
  /** Whether the healthy workspace is synced first, after which the file must stay as it is. */
  readonly keepsFile?: true
  readonly runs: ReadonlyArray<Run>
  readonly leaves?: (left: Left, tokens: Tokens) => void
}

const ops = "group:S0000F000:member"
const sync = (code: number, says: RegExp, ...flags: ReadonlyArray<string>): Run => ({
  args: ["sync", ...flags],
  code,
  says,
})
const grant = (principal: string, code: number, says: RegExp, ...flags: ReadonlyArray<string>): Run => ({
  args: ["grant", "-e", ops, "--principal", principal, ...flags],
  code,
  says,
})
const disable = (id: string) => ["actions", "run", "disable_user", "--user-id", id, "--yes"]
const both: ReadonlyArray<Tokens> = ["both"]
const whole = sync(0, /nothing missing/, "--strict")

const cases: ReadonlyArray<Case> = [
  {
    name: "c01-dual-ids",
    title: "members under either id of a person belong to the account that users.list shows",
    runs: [sync(0, /8 user,/)],
    leaves: ({ accounts, holders }) => {
      assert.lengthOf(accounts, 8)
      const members = [...holders("userGroup:S00000001:member"), ...holders(ops)]
      assert.lengthOf(members, 5)
      assert.includeMembers([...accounts], members)
    },
  },
  {
    name: "c03-code-with-detail",
    title: "a code keeps its meaning when a detail follows it, and the detail is not shown",
    runs: [
      {
        args: ["actions", "run", "enable_user", "--user-id", "U00000014", "--yes"],
        says: /name or address is taken or it has changed meanwhile \(username_taken\).*\nChoose another/,
      },
      {
        args: [...disable("U00000001"), "--even-myself"],
        says: /\(cannot_disable_primary_owner\).*\nFirst move the primary own/,
      },
      {
        args: ["grant", "-e", ops, "--principal", "U00000015", "--yes"],
        says: /\(unable_to_add_deleted_or_guest_to_group\).*\nReactivate the person, or make a full member of the guest/,
      },
    ].map((run) => ({ ...run, code: 77, neverSays: /\((user|username)=/ })),
  },
  {
    name: "c04-inflated-total",
    title: "a name is found in a list that is said to be longer, if it shows every account of users.list",
    runs: [grant("person.4@example.com", 0, /changed/, "--yes")],
    leaves: ({ members }) => assert.include(members, "U00000004"),
  },
  {
    name: "c05-umbrella-scopes",
    title: "what a reply shows outranks scopes of older tokens, which are told as not listed by itself",
    tokens: ["pro", "both"],
    runs: [
      { args: ["doctor"], code: 0, says: /not listed by itself/, neverSays: /✗/ },
      sync(0, /nothing missing/),
      whole,
    ],
    leaves: ({ account }) => assert.include(account("U00000003"), "person.3@example.com"),
  },
  {
    name: "c06b-empty-object",
    title: "an enterprise_user without flags leaves the roles of the organisation to the account's own",
    runs: [sync(0, /nothing missing/)],
    leaves: ({ holders }) => {
      const roles = ["organization_primary_owner", "organization_owner", "organization_admin"]
      assert.deepStrictEqual(
        roles.map((role) => holders(`businessPlusRole:${role}:assigned`)),
        [["U00000001"], ["U00000001"], ["U00000001", "U00000002"]],
      )
    },
  },
  {
    name: "c08-addresses",
    title: "an address of either list is found; deactivated, ambiguous and unknown ones are told apart",
    runs: [
      grant("e.new@example.com", 0, /U00000015.*wouldChange/),
      grant("e.old@example.com", 0, /U00000015.*wouldChange/),
      grant("e.new@example.com", 0, /U00000015.*changed/, "--yes"),
      grant("e.old@example.com", 0, /U00000015.*already/, "--yes"),
      grant("f@example.com", 64, /only deactivated: U00000016\. Nothing was begun/),
      grant("f@example.com", 64, /only deactivated: U00000016\. Nothing was begun/, "--yes"),
      grant("U00000016", 77, /The grant will be refused: user:U00000016 is deactivated/),
      grant("g@example.com", 64, /two accounts: U00000017, U00000018\. Nothing was begun/, "--yes"),
      grant("nobody@example.com", 64, /No account has the e-mail address nobody@example\.com/, "--yes"),
    ],
    leaves: ({ members }) => assert.notInclude(members, "U00000016"),
  },
  {
    name: "c10-remove-empties",
    title: "a removal that empties the group stops the run and names who vanished",
    runs: [
      {
        args: ["revoke", "--grant", `${ops}:user:U00000003`, "--yes"],
        code: 75,
        says: /lost 3 holders .*: user:U00000004, user:U00000005, user:U00000006 vanished during our write/,
        neverSays: /already/,
      },
    ],
    leaves: ({ audit }) => {
      assert.match(audit, /"outcome":"collateral","reason":"vanished during our write: user:U00000004/)
      assert.notInclude(audit, '"already"')
    },
  },
  {
    name: "c10-remove-empties",
    title: "a removal that empties the group stops a list of two at the first",
    runs: [
      {
        args: ["revoke", "--from", "-", "--yes"],
        code: 75,
        says: /user:U00000003 .* changed[^]*user:U00000004 .* notTried[^]*vanished during our write/,
        neverSays: /already/,
      },
    ],
  },
  {
    name: "c13-scim-capped",
    title: "accounts that SCIM leaves out are counted in a warning",
    runs: [sync(0, /warning: 48 of accounts are not among SCIM accounts/)],
    leaves: ({ accounts }) => assert.lengthOf(accounts, 148),
  },
  {
    name: "c17-total-without-resources",
    title: "a total without records is a gap with figures",
    runs: [
      { ...sync(77, /40 groups announced, 0 could be read/, "--strict"), neverSays: /nothing missing/ },
      { ...sync(0, /40 groups announced, 0 could be read/), neverSays: /nothing missing/ },
    ],
  },
  {
    name: "c18-overlapping-pages",
    title: "a list whose pages begin too early is read whole",
    runs: [whole],
    leaves: ({ ids }) =>
      assert.lengthOf(
        ids.filter((id) => id.startsWith("resource group:")),
        200,
      ),
  },
  {
    name: "c19-own-account",
    title: "the account of the token is not disabled with it",
    runs: [{ args: disable("U00000001"), code: 64, says: /U00000001 is the account that the token belongs to/ }],
    leaves: ({ active }) => assert.isTrue(active["U00000001"]),
  },
  {
    name: "c20-restricted-method",
    title: "a restricted method is a gap on what it would have shown",
    tokens: ["pro", "both"],
    runs: [
      sync(0, /1 gap \(User Group\)[^]*usergroups\.list is refused.*\(enterprise_is_restricted\)/),
      sync(77, /--strict allows no gaps, and the sync lacks User Group/, "--strict"),
    ],
  },
  {
    name: "c21-empty-directory",
    title: "a list of accounts without the token's own is not believed, and replaces nothing",
    tokens: ["pro", "both"],
    keepsFile: true,
    runs: [sync(75, /shows no account at all, and not the account of the token itself \(U00000008\)/)],
  },
  {
    name: "c22-two-workspaces",
    title: "a person of two workspaces has the flags of the one that says most, with a warning",
    tokens: ["business-plus", "both"],
    environment: { BATON_GOV_ENV: "true" },
    runs: [sync(0, /warning: 2 of accounts are listed in several places with different flags/)],
    leaves: ({ account, holders }) => {
      assert.match(account("U00000003"), /"is_admin":true,.*"is_deleted":false,.*"RESOURCE_STATUS_ENABLED"/)
      assert.include(holders("businessPlusRole:organization_admin:assigned"), "U00000003")
      assert.include(holders("workspaceRole:T0GOVBBB2:admin:assigned"), "U00000003")
      assert.notInclude(holders("workspaceRole:T0GOVAAA1:admin:assigned"), "U00000003")
    },
  },
  {
    name: "c24-invited-and-deleted",
    title: "a pending invitation is shown as such, with the status that each plan gives it",
    tokens: ["pro", "both"],
    runs: [whole],
    leaves: ({ account, holders, ids }, tokens) => {
      const status = tokens === "pro" ? "DELETED" : "ENABLED"
      assert.match(
        account("U00000014"),
        new RegExp(`"is_deleted":true,.*"is_invited_user":true,.*"RESOURCE_STATUS_${status}"`),
      )
      assert.deepStrictEqual(holders("workspaceRole:T0CASE001:invited_member:assigned"), ["U00000014"])
      assert.notInclude(holders("workspaceRole:T0CASE001:member:assigned"), "U00000014")
      assert.isFalse(ids.some((id) => /^grant businessPlusRole:.*:U00000014$/u.test(id)))
    },
  },
]

const whatIsLeft = (file: string, state: Pick<Left, "members" | "active">): Left => {
  const ids = existsSync(file) ? storedIds(file) : []
  const after = (start: string) =>
    [...new Set(ids)].flatMap((id) => (id.startsWith(start) ? [id.slice(start.length)] : []))
  const audit = `${file}.audit.ndjson`
  return {
    ids,
    accounts: after("resource user:"),
    holders: (entitlement) => after(`grant ${entitlement}:user:`),
    account: (id) => JSON.stringify(storedRecords(file).get(`resource user:${id}`)),
    audit: existsSync(audit) ? readFileSync(audit, "utf8") : "",
    ...state,
  }
}

const why = whyNoCases === undefined ? "" : ` (skipped: ${whyNoCases})`

describe
  .skipIf(whyNoCases !== undefined)
  .concurrent(`each case of ../shared/cases ends as its table says${why}`, () => {
    const list = `${ops},U00000003\n${ops},U00000004\n`
    for (const { name, title, tokens = both, environment = {}, keepsFile, runs, leaves } of cases) {
      for (const given of tokens) {
        it.live(`${title} (${name}, ${given})`, () =>
          Effect.gen(function* () {
            const { file, serve } = yield* servedCase(name)
            if (keepsFile === true) {
              const healthy = yield* serve("healthy")
              assert.strictEqual((yield* healthy.run(given, ["sync"], { environment })).code, 0)
            }
            const before = keepsFile === true ? readFileSync(file) : undefined
            const { run, state } = yield* serve("bent")
            for (const { args, code, says = /(?:)/, neverSays = /(?!)/ } of runs) {
              const ended = yield* run(given, args, { environment, input: list })
              const said = `${ended.stdout}${ended.stderr}`
              assert.strictEqual(ended.code, code, said)
              assert.match(said, says)
              assert.notMatch(said, neverSays)
            }
            if (before !== undefined) assert.isTrue(readFileSync(file).equals(before))
            leaves?.(whatIsLeft(file, yield* state), given)
          }),
        )
      }
    }
  })
