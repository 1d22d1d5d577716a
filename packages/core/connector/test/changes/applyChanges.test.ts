import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { applyChanges, AuditLog, ChangeResults, parseEntitlementId } from "../../src/index.ts"
import { apply, chess, failureOf } from "./applying.ts"
import { auditLog, change, clubs, failure, membershipOf } from "./clubs.ts"

describe("changes of who holds an entitlement", () => {
  it.effect("write what is missing and leave alone what is there already", () =>
    Effect.gen(function* () {
      const changes = [change("chess", "ada"), change("chess", "bob")]
      const { outcomes, membersOf, calls } = yield* apply(chess, { intent: "grant", changes })
      assert.deepStrictEqual(outcomes, ["already", "changed"])
      assert.deepStrictEqual(membersOf("chess"), ["ada", "bob"])
      assert.deepStrictEqual(calls, ["read chess", "grant chess bob", "read chess"])
    }),
  )

  it.effect("take away only who is named, and leave alone who is gone already", () =>
    Effect.gen(function* () {
      const options = { clubs: { chess: ["ada", "bob", "eve"] } }
      const changes = [change("chess", "bob"), change("chess", "zoe")]
      const { outcomes, membersOf } = yield* apply(options, { intent: "revoke", changes })
      assert.deepStrictEqual(outcomes, ["changed", "already"])
      assert.deepStrictEqual(membersOf("chess"), ["ada", "eve"])
    }),
  )

  it.effect("need no read after them where the answers say who holds it", () =>
    Effect.gen(function* () {
      const options = { ...chess, answersWithMembers: true }
      const changes = [change("chess", "bob"), change("chess", "eve")]
      const { outcomes, calls } = yield* apply(options, { intent: "grant", changes })
      assert.deepStrictEqual(outcomes, ["changed", "changed"])
      assert.deepStrictEqual(calls, ["read chess", "grant chess bob", "grant chess eve"])
    }),
  )

  it.effect("are grouped by entitlement and reported in the order in which they were asked for", () =>
    Effect.gen(function* () {
      const options = { clubs: { chess: [], golf: ["bob"] } }
      const changes = [change("chess", "ada"), change("golf", "bob"), change("chess", "bob")]
      const { outcomes, calls } = yield* apply(options, { intent: "grant", changes })
      assert.deepStrictEqual(outcomes, ["changed", "already", "changed"])
      assert.deepStrictEqual(calls, ["read chess", "grant chess ada", "grant chess bob", "read chess", "read golf"])
    }),
  )

  for (const [title, slugs] of [
    ["that its connector does not list", ["member", "owner"]],
    ["that does not look like one of those that the system names", /^(?:member|owner)$/gu],
  ] as const) {
    for (const intent of ["grant", "revoke"] as const) {
      it.effect(`${intent} nothing of an entitlement ${title}, and ask the system nothing`, () =>
        Effect.gen(function* () {
          const town = clubs({ clubs: { chess: ["ada"] } })
          let identified = 0
          const connector = {
            ...town.connector,
            identify: Effect.tap(town.connector.identify, () => Effect.sync(() => void (identified += 1))),
            provisioning: { ...town.connector.provisioning!, slugs: { club: slugs } },
          }
          const log = auditLog()
          const askedFor = (slug: string) => ({
            entitlement: parseEntitlementId(`club:chess:${slug}`)!,
            principal: { resourceType: "person", resource: intent === "grant" ? "bob" : "ada" },
          })
          const run = (...named: ReadonlyArray<string>) =>
            Effect.provideService(
              applyChanges(connector, { intent, changes: named.map(askedFor) }),
              AuditLog,
              log.service,
            )
          for (const slug of ["membre", "member2", "Member"]) {
            const [result] = (yield* run(slug)).results
            const refusal = failureOf(result)
            assert.strictEqual(refusal?.kind, "usage")
            assert.include(refusal?.message, `There is no entitlement club:chess:${slug} to grant or revoke.`)
            assert.match(refusal?.hint ?? "", Array.isArray(slugs) ? /club:chess:member, club:chess:owner/u : /match/u)
          }
          assert.deepStrictEqual([town.calls, log.entries, identified], [[], [], 0])
          const { results } = yield* run("membre", "member")
          assert.deepStrictEqual(
            results.map(({ outcome }) => outcome),
            ["failed", "changed"],
          )
        }),
      )
    }
  }

  it.effect("that are asked for twice are made once", () =>
    Effect.gen(function* () {
      const bob = change("chess", "bob")
      const { outcomes, calls } = yield* apply(chess, { intent: "grant", changes: [bob, bob] })
      assert.deepStrictEqual(outcomes, ["changed", "already"])
      assert.lengthOf(
        calls.filter((call) => call.startsWith("grant")),
        1,
      )
    }),
  )

  it.effect("go on after one that is refused", () =>
    Effect.gen(function* () {
      const options = { ...chess, mishaps: { bob: ["refused" as const] } }
      const changes = [change("chess", "bob"), change("chess", "eve")]
      const { results, membersOf, stopReason } = yield* apply(options, { intent: "grant", changes })
      assert.deepStrictEqual(results[0], {
        change: { ...changes[0]!, intent: "grant" },
        outcome: "failed",
        failure: failure("Refused"),
      })
      assert.deepStrictEqual(membersOf("chess"), ["ada", "eve"])
      assert.isUndefined(stopReason)
    }),
  )

  it.effect("go on with the next entitlement where one does not exist", () =>
    Effect.gen(function* () {
      const changes = [change("nope", "ada"), change("chess", "bob")]
      const { outcomes, results } = yield* apply(chess, { intent: "grant", changes })
      assert.deepStrictEqual(outcomes, ["failed", "changed"])
      assert.propertyVal(results[0], "outcome", "failed")
    }),
  )

  it.effect("whose reply was lost after they took effect are `already` there, and are not sent again", () =>
    Effect.gen(function* () {
      const options = { ...chess, mishaps: { bob: ["lostReply" as const] } }
      const { outcomes, calls } = yield* apply(options, { intent: "grant", changes: [change("chess", "bob")] })
      assert.deepStrictEqual(outcomes, ["already"])
      assert.deepStrictEqual(calls, ["read chess", "grant chess bob", "read chess"])
    }),
  )

  it.effect("whose request was lost are sent once more", () =>
    Effect.gen(function* () {
      const options = { ...chess, mishaps: { bob: ["lostRequest" as const] } }
      const { outcomes, calls } = yield* apply(options, { intent: "grant", changes: [change("chess", "bob")] })
      assert.deepStrictEqual(outcomes, ["changed"])
      const once = ["read chess", "grant chess bob"]
      assert.deepStrictEqual(calls, [...once, ...once, "read chess"])
    }),
  )

  it.effect("whose request was lost twice have failed, and may have taken effect", () =>
    Effect.gen(function* () {
      const options = { ...chess, mishaps: { bob: ["lostRequest" as const, "lostRequest" as const] } }
      const { results, calls } = yield* apply(options, { intent: "grant", changes: [change("chess", "bob")] })
      assert.isTrue(failureOf(results[0])?.uncertain)
      const once = ["read chess", "grant chess bob"]
      assert.deepStrictEqual(calls, [...once, ...once])
    }),
  )

  it.effect("whose reply was lost, and which cannot be looked up, may have taken effect; the log says so", () =>
    Effect.gen(function* () {
      const options = { ...chess, mishaps: { bob: ["lostReply" as const] }, readsUntilAway: 1 }
      const changes = [change("chess", "bob"), change("chess", "eve")]
      const { results, outcomes, entries, stopReason, membersOf } = yield* apply(options, { intent: "grant", changes })
      assert.deepStrictEqual(outcomes, ["failed", "notTried"])
      assert.isTrue(failureOf(results[0])?.uncertain)
      assert.include(failureOf(results[0])?.message, "reading the outcome failed: It answered")
      assert.deepStrictEqual(
        entries.map((entry) => entry.outcome),
        ["begun", "unknown"],
      )
      assert.nestedPropertyVal(stopReason, "reason._tag", "Unavailable")
      assert.deepStrictEqual(membersOf("chess"), ["ada", "bob"])
    }),
  )

  it.effect("are not believed where the answer shows who holds it and the person is not among them", () =>
    Effect.gen(function* () {
      const options = { ...chess, answersWithMembers: true, mishaps: { bob: ["ignored" as const] } }
      const { results, calls } = yield* apply(options, { intent: "grant", changes: [change("chess", "bob")] })
      assert.include(failureOf(results[0])?.message, "was accepted, but a read after it does not show it")
      assert.include(failureOf(results[0])?.hint, "Run the same again in a minute")
      assert.deepStrictEqual(calls, ["read chess", "grant chess bob", "read chess"])
    }),
  )

  it.effect("of an entitlement that is locked fail alone, whatever their number", () =>
    Effect.gen(function* () {
      const options = { clubs: { chess: [], golf: [] }, mishaps: { bob: ["locked"], eve: ["locked"] } } as const
      const changes = [change("chess", "bob"), change("chess", "eve"), change("golf", "ada")]
      const { outcomes, stopReason } = yield* apply(options, { intent: "grant", changes })
      assert.deepStrictEqual(outcomes, ["failed", "failed", "changed"])
      assert.isUndefined(stopReason)
    }),
  )

  it.effect("go on after one about which the server fails", () =>
    Effect.gen(function* () {
      const options = { clubs: { chess: [] }, mishaps: { bob: ["serverFailed"], zoe: ["serverFailed"] } } as const
      const changes = ["bob", "eve", "zoe", "ada"].map((who) => change("chess", who))
      const { outcomes, stopReason } = yield* apply(options, { intent: "grant", changes })
      assert.deepStrictEqual(outcomes, ["failed", "changed", "failed", "changed"])
      assert.isUndefined(stopReason)
    }),
  )

  it.effect("leave an entitlement about which the server fails twice in a row, and go on with the next", () =>
    Effect.gen(function* () {
      const options = {
        clubs: { chess: [], golf: [] },
        mishaps: { bob: ["serverFailed"], eve: ["serverFailed"] },
      } as const
      const changes = [...["bob", "eve", "zoe"].map((who) => change("chess", who)), change("golf", "ada")]
      const { outcomes, calls, stopReason } = yield* apply(options, { intent: "grant", changes })
      assert.deepStrictEqual(outcomes, ["failed", "failed", "notTried", "changed"])
      assert.notInclude(calls, "grant chess zoe")
      assert.deepStrictEqual(stopReason, failure("Unavailable", { ofOne: true }))
    }),
  )

  it.effect(
    "stop where the server fails about two entitlements in a row, and not about two with a good one between",
    () =>
      Effect.gen(function* () {
        const options = { clubs: { chess: [], golf: [], go: [] }, broken: ["chess", "golf"] }
        const asked = (...names: ReadonlyArray<string>) => ({
          intent: "grant" as const,
          changes: names.map((name) => change(name, "ada")),
        })
        const stopped = yield* apply(options, asked("chess", "golf", "go"))
        assert.deepStrictEqual(stopped.outcomes, ["failed", "failed", "notTried"])
        assert.nestedPropertyVal(stopped.stopReason, "reason._tag", "Unavailable")
        const goesOn = yield* apply(options, asked("chess", "go", "golf"))
        assert.deepStrictEqual(goesOn.outcomes, ["failed", "changed", "failed"])
        assert.isUndefined(goesOn.stopReason)
      }),
  )

  it.effect("of a list of forty thousand come each to a result", () =>
    Effect.gen(function* () {
      const changes = Array.from({ length: 40_000 }, (_, index) => change("chess", `p${index}`))
      const { outcomes } = yield* apply(chess, { intent: "grant", changes, dryRun: true })
      assert.strictEqual(outcomes.filter((outcome) => outcome === "wouldChange").length, changes.length)
    }),
  )

  it.effect("stop where the system is away; what was made is proven, the rest is not tried", () =>
    Effect.gen(function* () {
      const options = { ...chess, mishaps: { eve: ["away" as const] } }
      const changes = [change("chess", "bob"), change("chess", "eve"), change("chess", "zoe")]
      const { outcomes, stopReason } = yield* apply(options, { intent: "grant", changes })
      assert.deepStrictEqual(outcomes, ["changed", "failed", "notTried"])
      assert.deepStrictEqual(stopReason, failure("Unavailable"))
    }),
  )

  it.effect("that were accepted and cannot be proven have failed, and may have taken effect", () =>
    Effect.gen(function* () {
      const options = { ...chess, readsUntilAway: 1 }
      const { results, stopReason } = yield* apply(options, { intent: "grant", changes: [change("chess", "bob")] })
      const [result] = results
      const failed = result?.outcome === "failed" ? result.failure : undefined
      assert.include(failed?.message, "was accepted")
      assert.isTrue(failed?.uncertain)
      assert.nestedPropertyVal(stopReason, "reason._tag", "Unavailable")
    }),
  )

  it.effect("that were accepted and do not show have failed, which the audit log notes", () =>
    Effect.gen(function* () {
      const options = { ...chess, mishaps: { bob: ["ignored" as const] } }
      const { outcomes, entries } = yield* apply(options, { intent: "grant", changes: [change("chess", "bob")] })
      assert.deepStrictEqual(outcomes, ["failed"])
      assert.deepStrictEqual(
        entries.map((entry) => entry.outcome),
        ["begun", "changed", "unconfirmed"],
      )
    }),
  )

  it.effect("of a dry run read, and write nothing", () =>
    Effect.gen(function* () {
      const changes = [change("chess", "ada"), change("chess", "bob"), change("chess", "bob")]
      const { outcomes, calls, entries } = yield* apply(chess, { intent: "grant", changes, dryRun: true })
      assert.deepStrictEqual(outcomes, ["already", "wouldChange", "already"])
      assert.deepStrictEqual(calls, ["read chess"])
      assert.deepStrictEqual(entries, [])
    }),
  )

  it.effect("of a dry run say what the system will refuse, where that is known; a real run lets it decide", () =>
    Effect.gen(function* () {
      const changes = [
        { ...change("chess", "bob"), ineligible: "a guest" },
        { ...change("chess", "ada"), ineligible: "a guest" },
      ]
      const dry = yield* apply(chess, { intent: "grant", changes, dryRun: true })
      assert.deepStrictEqual(dry.outcomes, ["failed", "already"])
      assert.strictEqual(failureOf(dry.results[0])?.message, "The grant will be refused: person:bob is a guest.")
      assert.strictEqual(failureOf(dry.results[0])?.kind, "refused")
      assert.deepStrictEqual((yield* apply(chess, { intent: "grant", changes })).outcomes, ["changed", "already"])
    }),
  )

  it.effect("are about the same person under any id of theirs, and name the one that the system lists", () =>
    Effect.gen(function* () {
      const ada = { ...change("chess", "ada2"), aliases: ["ada"] }
      const granted = yield* apply(chess, { intent: "grant", changes: [ada] })
      assert.deepStrictEqual([granted.outcomes, granted.calls], [["already"], ["read chess"]])
      const revoked = yield* apply(chess, { intent: "revoke", changes: [ada] })
      assert.deepStrictEqual(revoked.outcomes, ["changed"])
      assert.deepStrictEqual(revoked.calls, ["read chess", "revoke chess ada", "read chess"])
    }),
  )

  it.effect(
    "are refused, without a call, on a type that cannot be provisioned, for a principal of the wrong type, or for no id of one",
    () =>
      Effect.gen(function* () {
        const onPerson = { ...change("chess", "ada"), entitlement: { ...membershipOf("chess") } }
        const wrongType = {
          ...onPerson,
          entitlement: { ...onPerson.entitlement, resource: { resourceType: "person", resource: "ada" } },
        }
        const wrongPrincipal = { ...onPerson, principal: { resourceType: "club", resource: "golf" } }
        const named = change("chess", "Ada Lovelace")
        const nobody = change("chess", "")
        const changes = [wrongType, wrongPrincipal, named, nobody]
        const { results, calls, entries } = yield* apply(chess, { intent: "grant", changes })
        assert.deepStrictEqual(
          results.map((result) => failureOf(result)?.kind),
          ["usage", "refused", "usage", "usage"],
        )
        assert.deepStrictEqual(calls, [])
        assert.deepStrictEqual(entries, [])
      }),
  )

  it.effect("are told of as soon as they are certain", () =>
    Effect.gen(function* () {
      const told: Array<string> = []
      const tell = Effect.provideService(ChangeResults, (result) =>
        Effect.sync(() => {
          told.push(`${result.change.principal.resource} ${result.outcome}`)
        }),
      )
      const changes = [change("chess", "bob"), change("chess", "ada")]
      yield* tell(apply(chess, { intent: "grant", changes }))
      assert.deepStrictEqual(told, ["ada already", "bob changed"])
    }),
  )
})
