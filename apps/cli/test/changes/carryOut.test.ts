// What the command does with changes: dry run, question, results, summary and exit code.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import type { AuditEntry, Change, Connector } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Layer } from "effect"
import type { ChangePlan } from "../../src/changes/ChangePlan.ts"
import { carryOut } from "../../src/changes/carryOut.ts"
import { reportFailure } from "../../src/reportFailure.ts"
import { OutputError, Screen } from "../../src/Screen.ts"
import { change, clubs, failure } from "./clubs.ts"

interface Terminal {
  /** What somebody at the terminal answers; without it nobody is there. */
  readonly answers?: string
  /** The standard output cannot be written. */
  readonly outIsFull?: boolean
}

type Asked = Partial<ChangePlan> & { readonly brakes?: ChangePlan["rules"]["brakes"] }

const removals = (most: number) =>
  ({ limits: [{ counts: "removals", within: "run", of: "all", most, setting: "--max-removals" }] }) as const

const run = Effect.fnUntraced(function* (
  { connector }: { readonly connector: Connector },
  changes: ReadonlyArray<Change>,
  { brakes = removals(25), ...plan }: Asked = {},
  { answers, outIsFull = false }: Terminal = {},
) {
  const folder = yield* scratchFolder("cli")
  const auditFile = join(folder, "audit.ndjson")
  let out = ""
  let err = ""
  const write = (text: string | Uint8Array) =>
    outIsFull
      ? Effect.fail(new OutputError({ message: "It is full.", hint: "Make room.", cause: "full" }))
      : Effect.sync(() => void (out += text))
  const screen = Layer.succeed(Screen, {
    out: write,
    err: (text) => Effect.sync(() => void (err += text)),
    ask: answers === undefined ? undefined : (question) => Effect.sync(() => ((err += question), answers)),
    outIsTerminal: false,
    errIsTerminal: false,
    columns: undefined,
    errColumns: 80,
    outColor: false,
    errColor: false,
  })
  const whole: ChangePlan = {
    intent: "grant",
    changes,
    people: new Map(),
    origin: { osUser: "ada", statedReason: "TICKET-1" },
    single: changes.length === 1,
    yes: true,
    mayAsk: true,
    rules: { brakes, store: join(folder, "leases.db") },
    auditFile,
    format: "ndjson",
    quiet: false,
    ...plan,
  }
  const code = yield* carryOut(connector, whole).pipe(
    Effect.as(0),
    Effect.catchCause(reportFailure),
    Effect.provide(screen),
  )
  const audit: ReadonlyArray<AuditEntry> = existsSync(auditFile)
    ? readFileSync(auditFile, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
    : []
  return { code, out, err, audit: audit.map((entry) => entry.outcome), auditFile }
}, Effect.scoped)

const outcomesOf = (ndjson: string): ReadonlyArray<string> =>
  ndjson
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line).outcome)

const three = [change("chess", "ada"), change("chess", "bob"), change("golf", "bob")]

describe("changes with --yes", () => {
  it.effect("are made, printed one by one, counted, and recorded", () =>
    Effect.gen(function* () {
      const town = clubs({ chess: ["ada"], golf: [] })
      const { code, out, err, audit, auditFile } = yield* run(town, three)
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(
        out
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line)),
        [
          { entitlement: "club:chess:member", principal: "person:ada", outcome: "already" },
          { entitlement: "club:chess:member", principal: "person:bob", outcome: "changed" },
          { entitlement: "club:golf:member", principal: "person:bob", outcome: "changed" },
        ],
      )
      assert.strictEqual(err, `2 granted, 1 held it already; recorded in ${auditFile}.\n`)
      assert.deepStrictEqual(audit, ["begun", "changed", "begun", "changed"])
      assert.deepStrictEqual(town.holds("golf"), ["bob"])
    }),
  )

  it.effect("are all `already` when they are asked for again", () =>
    Effect.gen(function* () {
      const town = clubs({ chess: [], golf: [] })
      yield* run(town, three)
      const { code, out, audit } = yield* run(town, three)
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(outcomesOf(out), ["already", "already", "already"])
      assert.deepStrictEqual(audit, [])
    }),
  )

  it.effect("are printed in the other forms too, with the reason of a failure", () =>
    Effect.gen(function* () {
      const town = () => clubs({ chess: [], golf: [] }, { ada: failure("Refused") })
      const table = yield* run(town(), three, { format: "table" })
      assert.match(table.out, /^Entitlement +Resource +Principal +Name +Address +Outcome +Reason\n/)
      assert.match(table.out, /\nclub:chess:member +club:chess +person:ada +failed +It answered Refused\.\n/)
      const { out } = yield* run(town(), three, { format: "json" })
      assert.deepStrictEqual(JSON.parse(out).changes[0], {
        entitlement: "club:chess:member",
        principal: "person:ada",
        outcome: "failed",
        reason: "It answered Refused.",
        hint: "Mend it.",
      })
    }),
  )

  it.effect("show the names that are known, of the person and of what is granted", () =>
    Effect.gen(function* () {
      const town = clubs({ chess: [] })
      const { connector } = town
      const holders = () => Effect.succeed({ holders: [], resourceName: "Chess Club" })
      const named = { ...town, connector: { ...connector, provisioning: { ...connector.provisioning, holders } } }
      const changes = [change("chess", "bob")]
      const csv = yield* run(named, changes, { yes: false, mayAsk: false, format: "csv", people: bob })
      // A connector that tells no name leaves its id.
      const unnamed = yield* run(town, changes, { yes: false, mayAsk: false, format: "csv", people: bob })
      assert.include(unnamed.out, "\r\nclub:chess:member,club:chess,person:bob,Bob Hoskins,")
      assert.include(csv.out, "\r\nclub:chess:member,Chess Club,person:bob,Bob Hoskins,bob@town.test,wouldChange,\r\n")
      // And why each is asked for, where its list says so.
      const listed = changes.map((one) => ({ ...one, statedReason: "Q4 item 3" }))
      const reasoned = yield* run(named, listed, { yes: false, mayAsk: false, format: "csv", people: bob })
      assert.match(reasoned.out, /^[^\r]*,Outcome,Reason,Stated Reason\r\n.*,wouldChange,,Q4 item 3\r\n$/u)
      const json = yield* run(named, changes, { yes: false, mayAsk: false, people: bob })
      assert.deepInclude(JSON.parse(json.out), {
        resourceName: "Chess Club",
        principalName: "Bob Hoskins",
        principalAddress: "bob@town.test",
      })
      const asked = yield* run(named, changes, { yes: false, people: bob }, { answers: "n" })
      assert.include(asked.err, "Chess Club (club:chess:member): 1 would be granted\n  Bob Hoskins <bob@town.test>")
    }),
  )

  it.effect("during which others vanish end with 75 and say who, and those who came are named", () =>
    Effect.gen(function* () {
      const { connector, ...town } = clubs({ chess: ["ada", "eve"] })
      const revoke = () => Effect.succeed({ holders: [{ resourceType: "person", resource: "zoe" }] })
      const broken = { ...town, connector: { ...connector, provisioning: { ...connector.provisioning, revoke } } }
      const { code, err, audit } = yield* run(broken, [change("chess", "ada")], { intent: "revoke" })
      assert.strictEqual(code, 75)
      assert.match(err, /club:chess:member also gained holders that somebody else added during the run: person:zoe\.\n/)
      assert.match(err, /error: club:chess:member lost a holder .*: person:eve vanished during our write/)
      assert.deepStrictEqual(audit, ["begun", "changed", "collateral"])
    }),
  )

  it.effect("go on after a failure and end with 1, saying each reason once and what to do", () =>
    Effect.gen(function* () {
      const town = clubs({ chess: [] }, { ada: failure("Refused"), bob: failure("Refused") })
      const changes = ["ada", "bob", "eve"].map((who) => change("chess", who))
      const { code, out, err } = yield* run(town, changes)
      assert.strictEqual(code, 1)
      assert.deepStrictEqual(outcomesOf(out).toSorted(), ["changed", "failed", "failed"])
      assert.deepStrictEqual(town.holds("chess"), ["eve"])
      assert.match(err, /^failed: It answered Refused\. Mend it\.\n1 granted, 2 failed; recorded in .+\n$/)
    }),
  )

  it.effect("that stop early end with 75 and say to run again", () =>
    Effect.gen(function* () {
      const town = clubs({ chess: [] }, { bob: failure("CredentialRejected") })
      const changes = ["ada", "bob", "eve"].map((who) => change("chess", who))
      const { code, out, err } = yield* run(town, changes)
      assert.strictEqual(code, 75)
      assert.deepStrictEqual(outcomesOf(out).toSorted(), ["changed", "failed", "notTried"])
      assert.match(
        err,
        /error: The run stopped early: It answered CredentialRejected\.\nMend it\. Run the same command/,
      )
    }),
  )

  it.effect("of which none could be begun end as the failure does", () =>
    Effect.gen(function* () {
      const { connector, ...rest } = clubs({ chess: [] })
      const away = { ...connector.provisioning, holders: () => Effect.fail(failure("Unavailable")) }
      const { code, out } = yield* run({ ...rest, connector: { ...connector, provisioning: away } }, three)
      assert.strictEqual(code, 69)
      assert.deepStrictEqual(outcomesOf(out), ["notTried", "notTried", "notTried"])
    }),
  )

  it.effect("are not made where they cannot be recorded: 78", () =>
    Effect.gen(function* () {
      const town = clubs({ chess: [], golf: [] })
      const { code, out, err } = yield* run(town, three, { auditFile: "/dev/null" })
      assert.strictEqual(code, 78)
      assert.deepStrictEqual(outcomesOf(out), ["notTried", "notTried", "notTried"])
      assert.match(err, /audit log \/dev\/null is not a plain file/)
      assert.deepStrictEqual(town.holds("chess"), [])
    }),
  )

  it.effect("are all made even where the results cannot be printed: 74", () =>
    Effect.gen(function* () {
      for (const format of ["ndjson", "table"] as const) {
        const town = clubs({ chess: [], golf: [] })
        const { code, err } = yield* run(town, three, { format }, { outIsFull: true })
        assert.strictEqual(code, 74)
        assert.match(err, /3 granted/)
        assert.deepStrictEqual(town.holds("chess"), ["ada", "bob"])
      }
    }),
  )
})

describe("a single change that fails ends with the code of what it met", () => {
  const codes = [
    ["NotFound", 64],
    ["Refused", 77],
    ["CredentialRejected", 77],
    ["Unavailable", 69],
    ["UnexpectedReply", 69],
    ["Defective", 1],
  ] as const
  for (const [reason, expected] of codes) {
    it.effect(`${reason}: ${expected}`, () =>
      Effect.gen(function* () {
        const { code, out, err } = yield* run(clubs({ chess: [] }, { ada: failure(reason) }), [change("chess", "ada")])
        assert.strictEqual(code, expected)
        assert.deepStrictEqual(outcomesOf(out), ["failed"])
        assert.match(err, new RegExp(`error: It answered ${reason}\\.\nMend it\\.\n$`))
        assert.match(err, /^1 failed; recorded in .+audit\.ndjson\.\n/)
      }),
    )
  }

  it.effect("and names no record where there is none", () =>
    Effect.gen(function* () {
      const { code, err, audit } = yield* run(clubs({}), [change("chess", "ada")])
      assert.strictEqual(code, 64)
      assert.deepStrictEqual(audit, [])
      assert.match(err, /^1 failed\.\n/)
    }),
  )

  it.effect("Locked: 75, to be run again", () =>
    Effect.gen(function* () {
      const { code } = yield* run(clubs({ chess: [] }, { ada: failure("Locked") }), [change("chess", "ada")])
      assert.strictEqual(code, 75)
    }),
  )

  it.effect("without the token that stands in what it says", () =>
    Effect.gen(function* () {
      const said = new ConnectorError({
        reason: { _tag: "Refused", by: "settings" },
        message: "There is no xoxp-1-2-secret.",
        hint: "Its tokens begin with xoxp-.",
      })
      const { err } = yield* run(clubs({ chess: [] }, { ada: said }), [change("chess", "ada")])
      assert.match(err, /error: There is no <[a-z]+>\.?\nIts tokens begin with xoxp-\.\n$/)
      assert.notInclude(err, "secret")
    }),
  )

  it.effect("a write that may have taken effect all the same: 75, to be run again", () =>
    Effect.gen(function* () {
      const town = clubs({ chess: [] }, { ada: failure("Unavailable", true) })
      const { code, err } = yield* run(town, [change("chess", "ada")])
      assert.strictEqual(code, 75)
      assert.match(err, /Run the same command again: what was done is skipped\.\n$/)
    }),
  )
})

describe("without --yes and without a terminal", () => {
  it.effect("nothing is changed, and it is said what would be", () =>
    Effect.gen(function* () {
      const town = clubs({ chess: ["ada"], golf: [] })
      const { code, out, err, audit } = yield* run(town, three, { yes: false })
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(outcomesOf(out), ["already", "wouldChange", "wouldChange"])
      assert.strictEqual(
        err,
        "Nothing was changed: 2 would be granted, 1 held it already. Run again with --yes to carry it out.\n",
      )
      assert.deepStrictEqual(audit, [])
      assert.deepStrictEqual(town.calls, ["read chess", "read golf"])
    }),
  )

  it.effect(
    "a list from the standard input is not asked about either: whoever sits there is not the one who types",
    () =>
      Effect.gen(function* () {
        const town = clubs({ chess: [], golf: [] })
        const { err } = yield* run(town, three, { yes: false, mayAsk: false }, { answers: "y" })
        assert.notInclude(err, "Proceed?")
        assert.deepStrictEqual(town.holds("golf"), [])
      }),
  )
})

const bob = new Map([
  ["person:bob", { resourceType: "person", resource: "bob", displayName: "Bob Hoskins", address: "bob@town.test" }],
])

describe("on a terminal", () => {
  const ask = (answers: string, town = clubs({ chess: ["ada"], golf: [] })) =>
    Effect.map(run(town, three, { yes: false, people: bob }, { answers }), (ended) => ({ ...ended, town }))

  it.effect("it is asked first, with what would happen to each entitlement", () =>
    Effect.gen(function* () {
      const { code, err, town } = yield* ask("y")
      assert.strictEqual(code, 0)
      assert.include(
        err,
        "club:chess:member: 1 would be granted, 1 held it already\n" +
          "  Bob Hoskins <bob@town.test> (person:bob)\n" +
          "club:golf:member: 1 would be granted\n" +
          "  Bob Hoskins <bob@town.test> (person:bob)\n" +
          "Proceed? [y/N] ",
      )
      assert.deepStrictEqual(town.holds("golf"), ["bob"])
    }),
  )

  it.effect("anything but a yes leaves all as it is, and ends with 130", () =>
    Effect.gen(function* () {
      for (const answer of ["", "n", "yesterday", "no"]) {
        const { code, err, out, town } = yield* ask(answer)
        assert.strictEqual(code, 130)
        assert.match(err, /Nothing was changed\.\n$/)
        assert.strictEqual(out, "")
        assert.deepStrictEqual(town.holds("golf"), [])
      }
    }),
  )

  it.effect("nothing is asked where nothing is to be done", () =>
    Effect.gen(function* () {
      const { code, err, out } = yield* ask("y", clubs({ chess: ["ada", "bob"], golf: ["bob"] }))
      assert.strictEqual(code, 0)
      assert.strictEqual(err, "3 held it already.\n")
      assert.deepStrictEqual(outcomesOf(out), ["already", "already", "already"])
    }),
  )

  it.effect("of many entitlements twenty are named", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 23 }, (_, index) => `club${index}`)
      const town = clubs(Object.fromEntries(names.map((name) => [name, []])))
      const changes = names.map((name) => change(name, "ada"))
      const { err } = yield* run(town, changes, { yes: false }, { answers: "n" })
      assert.match(
        err,
        /club:club19:member: 1 would be granted\n {2}\(person:ada\)\n3 more; in all 23 would be granted\nProceed\?/,
      )
    }),
  )
})

describe("--max-removals", () => {
  const people = ["ada", "bob", "eve"]
  const changes = people.map((who) => change("chess", who))
  const revoke = (maxRemovals: number, more: Asked = {}) => {
    const town = clubs({ chess: people })
    return Effect.map(run(town, changes, { intent: "revoke", brakes: removals(maxRemovals), ...more }), (ended) => ({
      ...ended,
      town,
    }))
  }

  it.effect("stops more removals than it allows before anything is read", () =>
    Effect.gen(function* () {
      const { code, err, town } = yield* revoke(2)
      assert.strictEqual(code, 64)
      assert.match(
        err,
        /3 removals are asked for, and at most 2 are allowed .* Nothing was begun\.\n.*--max-removals 3\./,
      )
      assert.deepStrictEqual(town.calls, [])
    }),
  )

  it.effect("lets as many through as it says", () =>
    Effect.gen(function* () {
      const { code, town } = yield* revoke(3)
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(town.holds("chess"), [])
    }),
  )

  it.effect("counts what is asked for twice once, also where it is told which number to give", () =>
    Effect.gen(function* () {
      const twice = [...people, ...people].map((who) => change("chess", who))
      const { code } = yield* revoke(3, { changes: twice })
      assert.strictEqual(code, 0)
      const enough = yield* revoke(3, { changes: twice, yes: false })
      assert.match(enough.err, /Run again with --yes to carry it out\./)
      const tooFew = yield* revoke(2, { changes: twice, yes: false })
      assert.match(
        tooFew.err,
        /3 removals are asked for, .* allow it with --max-removals 3\. Run again with --yes to carry it out\./,
      )
    }),
  )

  it.effect("stops more removals than it allows before somebody at a terminal is asked", () =>
    Effect.gen(function* () {
      const town = clubs({ chess: people })
      const plan = { intent: "revoke", brakes: removals(2), yes: false } as const
      const { code, err } = yield* run(town, changes, plan, { answers: "y" })
      assert.strictEqual(code, 64)
      assert.notInclude(err, "Proceed?")
      assert.deepStrictEqual(town.calls, ["read chess"])
    }),
  )

  it.effect("does not keep a dry run from telling what it would take", () =>
    Effect.gen(function* () {
      const { code, err } = yield* revoke(2, { yes: false })
      assert.strictEqual(code, 0)
      assert.match(err, /3 would be revoked\. 3 removals .* --max-removals 3\. Run again with --yes to carry it out\./)
    }),
  )

  it.effect("is no bound to granting", () =>
    Effect.gen(function* () {
      const { code } = yield* run(clubs({ chess: [], golf: [] }), three, { brakes: removals(0) })
      assert.strictEqual(code, 0)
    }),
  )
})
