import { generateKeyPairSync, type KeyObject } from "node:crypto"
import { assert, describe, it } from "@effect/vitest"
import { AuditOrigin, formatResourceId } from "@rollcall/connector"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import {
  applyPlan,
  approvePlan,
  checkApproval,
  decodeApprovers,
  decodePlanFile,
  encodePlanFile,
  makePlan,
  needsApproval,
  planFileOf,
  signAsAuthor,
  unbegun,
  type JournalEntry,
  type PlanFile,
} from "../src/index.ts"
import { disable, grant, memoryStores, revoke, town } from "./town.ts"

const keyOf = (): { readonly privateKey: KeyObject; readonly pem: string } => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519")
  return { privateKey, pem: publicKey.export({ type: "spki", format: "pem" }) }
}
const day = 24 * 3_600_000
const [ann, ben, cid, stranger] = [keyOf(), keyOf(), keyOf(), keyOf()]

const person = (name: string, { pem }: { readonly pem: string }, mayApprove: string, accounts = "") =>
  `  - name: ${name}\n    key: |\n${pem.trim().replaceAll(/^/gmu, "      ")}\n    accounts: [${accounts}]\n    mayApprove: [${mayApprove}]\n`
const list = (more = "") =>
  `people:\n${person("Ann", ann, "")}${person("Ben", ben, '"*"', "Bob@Town.example")}${person("Cid", cid, '"club:go"')}${more}`
const approversOf = (text = list()) => decodeApprovers("approvers.yaml", text)

const planFile = Effect.fnUntraced(function* (desiredChanges = [grant("go", "ada")]) {
  const world = town({ people: { ada: {}, bob: {} }, clubs: { go: ["bob"], chess: [] } })
  return planFileOf((yield* makePlan(world.connector, { desiredChanges })).plan)
})

const refusal = <A, R>(
  work: Effect.Effect<A, { readonly reason: string; readonly kind: string; readonly message: string }, R>,
) => Effect.map(Effect.flip(work), ({ reason, message }) => `${reason}: ${message}`)

describe("a plan file", () => {
  it.effect("is read as it was written, however it is laid out, and refused where a single value was changed", () =>
    Effect.gen(function* () {
      const file = yield* planFile()
      const text = encodePlanFile(file)
      assert.deepStrictEqual(yield* decodePlanFile("plan.json", text), file)
      const { plan, ...rest } = JSON.parse(text)
      const reordered = JSON.stringify({ ...rest, plan: Object.fromEntries(Object.entries(plan).toReversed()) })
      assert.deepStrictEqual(yield* decodePlanFile("plan.json", reordered), file)
      // What is shown and approved is the id of a club, and what would be changed is another club.
      const elsewhere = structuredClone(file.plan)
      for (const one of [...elsewhere.desiredChanges, ...elsewhere.changes])
        if ("entitlement" in one) Object.assign(one.entitlement.resource, { resource: "chess" })
      const misleading = encodePlanFile(planFileOf(elsewhere))
      assert.include(yield* refusal(decodePlanFile("plan.json", misleading)), "club:go:member is not the id of what")
      for (const wrong of [text.replace('"not held"', '"held"'), text.replace("ADA", "EVE"), "{}", "no plan", "[1]"]) {
        assert.match(yield* refusal(decodePlanFile("plan.json", wrong)), /^Unreadable: plan\.json is /u)
      }
    }),
  )

  it.effect("of another version of Rollcall is refused as such, and says what to do", () =>
    Effect.gen(function* () {
      const value = JSON.parse(encodePlanFile(yield* planFile()))
      const { desiredChanges, ...earlier } = value.plan
      for (const plan of [
        { ...value.plan, version: 2 },
        { ...earlier, wishes: desiredChanges },
        { ...value.plan, later: 1 },
      ]) {
        const { message, hint } = yield* Effect.flip(decodePlanFile("plan.json", JSON.stringify({ ...value, plan })))
        assert.strictEqual(
          message,
          "plan.json is no plan of this version of Rollcall: another version wrote it, or it was altered. Nothing was begun.",
        )
        assert.match(hint, /^Make it again from its lists/u)
      }
    }),
  )
})

describe("a text with half of a character", () => {
  const half = "Ada \ud83d"

  it.effect("in a name or a reason is planned, written and applied with a mark in the place of the half", () =>
    Effect.gen(function* () {
      const { connector, renamed } = town({ people: { ada: { displayName: half } }, clubs: { go: [] } })
      renamed.set("go", half)
      const { plan } = yield* makePlan(connector, {
        desiredChanges: [{ ...grant("go", "ada"), reason: half }],
        ticket: half,
        notes: [half],
      }).pipe(Effect.provideService(AuditOrigin, { osUser: half, statedReason: half }))
      const file = yield* decodePlanFile("plan.json", encodePlanFile(planFileOf(plan)))
      assert.deepStrictEqual(file.plan, plan)
      assert.deepStrictEqual(
        [plan.subjects[0]?.displayName, plan.ticket, plan.reason, plan.changes[0]?.reason],
        Array.from({ length: 4 }, () => "Ada \ufffd"),
      )
      const { results } = yield* Effect.provide(applyPlan(connector, plan, { maxAge: day }), memoryStores().layer)
      assert.deepStrictEqual(
        results.map(({ outcome }) => outcome),
        ["changed"],
      )
    }),
  )

  it.effect("in a plan file is refused as what it is, wherever it stands", () =>
    Effect.gen(function* () {
      const text = encodePlanFile(yield* planFile())
      const value = JSON.parse(text)
      const signature = { role: "approver", name: "Ben", time: "", signature: "" }
      for (const wrong of [
        { ...value, plan: { ...value.plan, reason: half } },
        { ...value, signatures: [{ ...signature, time: half }] },
      ]) {
        assert.include(
          yield* refusal(decodePlanFile("plan.json", JSON.stringify(wrong))),
          "Unreadable: plan.json is no plan: a text in it has half a character.",
        )
      }
    }),
  )
})

describe("approval", () => {
  it.effect("takes the author's signature and that of somebody else who may", () =>
    Effect.gen(function* () {
      const approvers = yield* approversOf()
      const signed = yield* signAsAuthor(approvers, yield* planFile(), ann.privateKey)
      const approved = yield* approvePlan(approvers, signed, cid.privateKey, { maxAge: day })
      assert.deepStrictEqual(yield* checkApproval(approvers, approved), ["Cid"])
      const read = yield* decodePlanFile("plan.json", encodePlanFile(approved))
      assert.deepStrictEqual(yield* checkApproval(approvers, read), ["Cid"])
      const twice = yield* approvePlan(approvers, approved, cid.privateKey, { maxAge: day })
      assert.lengthOf(twice.signatures, 2, "one signature a person")
    }),
  )

  it.effect(
    "is refused to whoever is not listed, made the plan, is changed by it, or may not approve such a change",
    () =>
      Effect.gen(function* () {
        const approvers = yield* approversOf()
        const byBen = yield* signAsAuthor(approvers, yield* planFile(), ben.privateKey)
        assert.include(yield* refusal(approvePlan(approvers, byBen, stranger.privateKey, { maxAge: day })), "of nobody")
        assert.include(
          yield* refusal(approvePlan(approvers, byBen, ben.privateKey, { maxAge: day })),
          "Ben made the plan",
        )
        const ofBen = yield* signAsAuthor(approvers, yield* planFile([revoke("go", "bob")]), ann.privateKey)
        assert.include(
          yield* refusal(approvePlan(approvers, ofBen, ben.privateKey, { maxAge: day })),
          "changes the access of Ben",
        )
        const wide = yield* signAsAuthor(
          approvers,
          yield* planFile([grant("go", "ada"), grant("chess", "ada")]),
          ann.privateKey,
        )
        assert.include(
          yield* refusal(approvePlan(approvers, wide, cid.privateKey, { maxAge: day })),
          "Cid may not approve changes of club:chess:member",
        )
      }),
  )

  it.effect("is refused of a plan that is too old", () =>
    Effect.gen(function* () {
      const approvers = yield* approversOf()
      const signed = yield* signAsAuthor(approvers, yield* planFile(), ann.privateKey)
      yield* TestClock.adjust(day + 1)
      assert.match(yield* refusal(approvePlan(approvers, signed, cid.privateKey, { maxAge: day })), /^Expired: /u)
    }),
  )

  it.effect(
    "does not hold for another plan, without the author's signature, or by the author's own key under another name",
    () =>
      Effect.gen(function* () {
        const approvers = yield* approversOf()
        const plain = yield* planFile()
        const signed = yield* signAsAuthor(approvers, plain, ann.privateKey)
        const approved = yield* approvePlan(approvers, signed, ben.privateKey, { maxAge: day })
        const moved: PlanFile = { ...(yield* planFile([grant("chess", "ada")])), signatures: approved.signatures }
        const altered = yield* Effect.flip(checkApproval(approvers, moved))
        assert.deepStrictEqual([altered.reason, altered.kind], ["Unreadable", "unreadable"])
        assert.include(altered.message, "The signature of Ann (author) does not fit the plan: it was altered since")
        const others = { ...moved, signatures: signed.signatures.map((mine) => ({ ...mine, name: "Eve" })) }
        assert.match(yield* refusal(checkApproval(approvers, others)), /^NotApproved: Eve .+ is not in the list/u)
        const early = yield* refusal(approvePlan(approvers, plain, ben.privateKey, { maxAge: day }))
        assert.include(early, "its author has not signed it")
        const unsigned = { ...approved, signatures: approved.signatures.filter(({ role }) => role === "approver") }
        assert.include(yield* refusal(checkApproval(approvers, unsigned)), "its author has not signed it")
        const byStranger = { ...plain, signatures: signed.signatures.map((mine) => ({ ...mine, signature: "AAAA" })) }
        const forgedAuthor = yield* refusal(approvePlan(approvers, byStranger, ben.privateKey, { maxAge: day }))
        assert.include(forgedAuthor, "The signature of Ann (author) does not fit the plan")
        assert.include(yield* refusal(checkApproval(approvers, signed)), "approval by a second person")
        const forged: PlanFile = {
          ...signed,
          signatures: signed.signatures.flatMap((mine) => [mine, { ...mine, role: "approver" as const, name: "Ben" }]),
        }
        assert.include(yield* refusal(checkApproval(approvers, forged)), "The signature of Ben (approver) does not fit")
        const byAuthor = yield* signAsAuthor(approvers, plain, ben.privateKey)
        const both: PlanFile = { ...byAuthor, signatures: [...byAuthor.signatures, ...unsigned.signatures] }
        assert.include(yield* refusal(checkApproval(approvers, both)), "Ben made the plan")
      }),
  )

  it.effect("is not by whom the system knows as the plan's maker, whatever signed it", () =>
    Effect.gen(function* () {
      const approvers = yield* approversOf()
      const file = yield* Effect.provideService(planFile(), AuditOrigin, { osUser: "Ben" })
      const signed = yield* signAsAuthor(approvers, file, ann.privateKey)
      assert.include(
        yield* refusal(approvePlan(approvers, signed, ben.privateKey, { maxAge: day })),
        "Ben made the plan",
      )
    }),
  )

  it.effect("is asked for above a number of removals, and for what is named", () =>
    Effect.gen(function* () {
      const approvers = yield* approversOf(list('require:\n  removalsAbove: 1\n  changesOf: ["club:chess"]\n'))
      const needs = (desiredChanges: Parameters<typeof planFile>[0], before = 0, takingActions = ["disable"]) =>
        Effect.map(planFile(desiredChanges), ({ plan }) =>
          needsApproval(approvers, plan, {
            takingActions,
            lately: [
              { intent: "revoke", entitlement: "club:go:member", count: before },
              { intent: "grant", entitlement: "club:go:member", count: 9 },
              { intent: "expire", entitlement: "club:go:member", count: 9 },
            ],
          }),
        )
      assert.isFalse(yield* needs([grant("go", "ada")], 9))
      assert.isFalse(yield* needs([revoke("go", "bob")]))
      assert.isTrue(yield* needs([revoke("go", "bob")], 1))
      assert.isTrue(yield* needs([revoke("go", "bob"), disable("ada")]))
      assert.isFalse(yield* needs([revoke("go", "bob"), disable("ada")], 0, []), "not every action takes access")
      assert.isTrue(yield* needs([grant("chess", "ada")]))
      for (const named of ["*", "disable"]) {
        const others = yield* approversOf(list(`require:\n  changesOf: ["${named}"]\n`))
        const { plan } = yield* planFile([disable("ada")])
        assert.isTrue(needsApproval(others, plan, { takingActions: [], lately: [] }))
      }
    }),
  )

  it.effect("counts neither what its own earlier run has removed, nor what that has done", () =>
    Effect.gen(function* () {
      const approvers = yield* approversOf(list("require:\n  removalsAbove: 2\n"))
      const { plan } = yield* planFile([revoke("go", "bob"), disable("ada")])
      const entry = (outcome: JournalEntry["outcome"], at = 0): JournalEntry => {
        const change = plan.changes[at]
        const target =
          change?._tag === "Change"
            ? { entitlement: change.entitlement.id, principal: formatResourceId(change.principal) }
            : { account: "ada" }
        return { requestId: String(at), intent: change?._tag === "Change" ? "revoke" : "disable", target, outcome }
      }
      const needs = (journal: ReadonlyArray<JournalEntry>, before: number) =>
        needsApproval(
          approvers,
          { changes: unbegun(plan, journal) },
          {
            takingActions: ["disable"],
            lately: [{ intent: "revoke", entitlement: "club:go:member", count: before }],
          },
        )
      assert.isFalse(needs([], 0))
      assert.isTrue(needs([], 1), "somebody else has removed one")
      assert.isFalse(needs([entry("changed")], 1), "the one is its own")
      assert.isFalse(needs([entry("begun")], 1))
      assert.isTrue(needs([entry("failed")], 1))
      assert.isFalse(needs([entry("changed"), entry("changed", 1)], 9), "nothing is left")
    }),
  )

  it.effect("is by a list that says what is wrong with it, with the line", () =>
    Effect.gen(function* () {
      const twice = `people:\n${person("Ann", ann, '"*"')}${person("Other Ann", ann, '"*"')}`
      const { connector } = town({ people: {}, clubs: {} })
      for (const [text, words] of [
        ["people: [", "line 1: it is not valid YAML"],
        ["people: []", "line 1: people.0: Missing key"],
        ["people: *nobody", "line 1: the alias *nobody has no anchor before it"],
        [
          `a: &a [x, x]\n${"bcdefghij"
            .split("")
            .map((key, at) => `${key}: &${key} [${`*${"abcdefghi"[at]}, `.repeat(9)}x]\n`)
            .join("")}people: []`,
          "its aliases are too many",
        ],
        [list("approver: me\n"), "line 23: approver: "],
        [
          `people:\n${person("Ann", { pem: "no key" }, '"*"')}`,
          "line 3: the key of Ann is no public ed25519 key in PEM",
        ],
        [twice, "line 10: the key of Other Ann is named twice"],
        [`people:\n${person("Ann", ann, '"*"')}${person("Ann", ben, '"*"')}`, "line 9: Ann is named twice"],
        [
          list('require:\n  changesOf: ["Sales"]\n'),
          "line 24: Sales is neither an id nor an action. A group is named by its id",
        ],
        [`people:\n${person("Ann", ann, '"group:okta: everyone"')}`, "line 8: group:okta: everyone is neither an id"],
        [list("require:\n  changesOf: [disable, dissable]\n"), "line 24: Town has no action dissable, but disable."],
        [list('require:\n  changesOf: ["clubb:go"]\n'), "line 24: Town changes nothing of the type clubb, but of club"],
        [list('require:\n  changesOf: ["club:go:membr"]\n'), "line 24: There is no entitlement club:go:membr"],
        [`people:\n${person("Ann", ann, "disabled_user")}`, "line 8: Town has no action disabled_user"],
      ] as const) {
        const error = yield* refusal(decodeApprovers("approvers.yaml", text, connector))
        assert.include(error, words)
        assert.match(error, /^Unreadable: approvers\.yaml cannot be used as a list of approvers\. /u)
      }
      yield* decodeApprovers(
        "approvers.yaml",
        list('require:\n  changesOf: [disable, "club:go", "club:go:member", "*"]\n'),
        connector,
      )
    }),
  )

  it.effect("is refused of a change of the approver's own account, even where the plan does not say whose it is", () =>
    Effect.gen(function* () {
      const approvers = yield* approversOf(`people:\n${person("Ann", ann, "")}${person("Ben", ben, '"*"', "bob")}`)
      const { plan } = yield* planFile([revoke("go", "bob")])
      const signed = yield* signAsAuthor(approvers, planFileOf({ ...plan, subjects: [] }), ann.privateKey)
      const words = yield* refusal(approvePlan(approvers, signed, ben.privateKey, { maxAge: day }))
      assert.include(words, "changes the access of Ben")
    }),
  )
})
