import { assert, describe, it } from "@effect/vitest"
import { AuditLog, checkAction, CurrentBrakes, runAction, runActions } from "@rollcall/connector"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Simulator } from "@rollcall/slack-simulator"
import { Effect, Layer } from "effect"
import { slackBusinessPlus } from "../src/index.ts"
import { simulatedSlack } from "./simulatedSlack.ts"

const workspace = {
  team: { id: "T1", name: "Acme" },
  users: [
    {
      id: "U1",
      name: "owner",
      is_primary_owner: true,
      is_owner: true,
      is_admin: true,
      enterprise_user: { id: "W1", enterprise_id: "E1", enterprise_name: "Acme Org", teams: ["T1"] },
    },
    { id: "U2", name: "ada" },
    { id: "U3", name: "bot", is_bot: true },
    {
      id: "U4",
      name: "eve",
      enterprise_user: { id: "W4", enterprise_id: "E1", enterprise_name: "Acme Org", teams: ["T1"] },
    },
  ],
  scim: {
    users: ["U1", "U2", "U3", "W4"].map((id) => ({ id, userName: id, active: true, emails: [] })),
    groups: [],
  },
}

const act = (name: string, user: string, options: { readonly evenMyself?: boolean } = {}) =>
  runAction(slackBusinessPlus(), name, { user_id: user }, options)

const isActive = (user: string) =>
  Effect.map(Simulator, (slack) =>
    [...slack.state()].some((entry) => "account" in entry && entry.account === user && entry.active),
  )

const world = (options: SimulatorOptions) =>
  Layer.merge(simulatedSlack({ workspace, ...options }), Layer.succeed(AuditLog, { append: () => Effect.void }))

const inWorld = <A, E>(
  work: Effect.Effect<A, E, Layer.Success<ReturnType<typeof world>>>,
  options: SimulatorOptions = {},
) => Effect.provide(work, world(options), { local: true })

describe("an account", () => {
  it.live("is disabled and enabled again, with the result that C1 knows", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* act("disable_user", "U2"), {
          action: "disable_user",
          outcome: "changed",
          values: { success: true, message: "User U2 disabled successfully", user_id: "U2" },
        })
        assert.isFalse(yield* isActive("U2"))
        const enabled = yield* act("enable_user", "U2")
        assert.strictEqual(enabled.values["message"], "User U2 enabled successfully")
        assert.isTrue(yield* isActive("U2"))
      }),
    ),
  )

  it.live("that the token belongs to is not disabled, by neither of its ids, unless that is asked for", () =>
    inWorld(
      Effect.gen(function* () {
        for (const id of ["U1", "W1"]) {
          const error = yield* Effect.flip(act("disable_user", id))
          assert.nestedPropertyVal(error, "reason._tag", "OwnAccount")
          assert.include(error.message, `${id} is the account that the token belongs to`)
        }
        const { calls } = yield* Simulator
        assert.isUndefined(calls()["scim.users.delete"])
        yield* act("enable_user", "U1")
        yield* Effect.ignore(act("disable_user", "U1", { evenMyself: true }))
        assert.strictEqual(calls()["scim.users.delete"], 1)
      }),
    ),
  )

  it.live("that is protected is not disabled, whichever of its ids is protected", () =>
    inWorld(
      Effect.gen(function* () {
        const of = (ids: ReadonlyArray<string>) => ({
          brakes: { protected: { ids: new Set(ids), setting: "BATON_PROTECTED" } },
          countSince: () => Effect.succeed([]),
        })
        const under = (ids: ReadonlyArray<string>) => Effect.provideService(CurrentBrakes, of(ids))
        const values = [{ user_id: "U2" }, { user_id: "U4" }]
        for (const [guarded, given] of [
          ["W4", "U4"],
          ["W4", "W4"],
          ["U4", "U4"],
        ] as const) {
          for (const run of [
            act("disable_user", given),
            checkAction(slackBusinessPlus(), "disable_user", { user_id: given }),
            runActions(slackBusinessPlus(), "disable_user", values),
          ]) {
            const error = yield* Effect.flip(run.pipe(under([guarded])))
            assert.include(error.message, `${guarded} is protected, and nothing is taken from it. Nothing was begun.`)
          }
        }
        const { calls } = yield* Simulator
        assert.isUndefined(calls()["scim.users.delete"])
        yield* act("disable_user", "U2").pipe(under(["W4"]))
        assert.isFalse(yield* isActive("U2"))
      }),
    ),
  )

  it.live("is waited for until SCIM shows its new state", () =>
    inWorld(
      Effect.gen(function* () {
        yield* act("disable_user", "U2")
        assert.isTrue(
          yield* slackBusinessPlus()
            .actions!.find(({ name }) => name === "disable_user")!
            .isDone({ user_id: "U2" }),
        )
      }),
      { activeDelayMillis: 400 },
    ),
  )

  it.live("that is in that state already takes no write", () =>
    inWorld(
      Effect.gen(function* () {
        assert.strictEqual((yield* act("enable_user", "U2")).outcome, "already")
        const { calls } = yield* Simulator
        assert.isUndefined(calls()["scim.users.patch"])
      }),
    ),
  )

  it.live("that SCIM does not know is named", () =>
    inWorld(
      Effect.gen(function* () {
        const error = yield* Effect.flip(act("disable_user", "U0NOBODY"))
        assert.deepStrictEqual([error.kind, error.message], ["usage", "SCIM knows no account U0NOBODY."])
      }),
    ),
  )

  it.live("that SCIM lists under another id than users.list is disabled and enabled by the one that a file shows", () =>
    inWorld(
      Effect.gen(function* () {
        const { outcome, values } = yield* act("disable_user", "U4")
        assert.deepStrictEqual([outcome, values["user_id"]], ["changed", "U4"])
        assert.isFalse(yield* isActive("W4"))
        assert.strictEqual((yield* act("enable_user", "U4")).outcome, "changed")
        assert.isTrue(yield* isActive("W4"))
      }),
    ),
  )

  it.live("is named by an id of Slack's: anything else is refused without a call", () =>
    inWorld(
      Effect.gen(function* () {
        const log = Layer.succeed(AuditLog, { append: () => Effect.die("Nothing is to be recorded.") })
        for (const user of ["Ada Lovelace", "xoxp-1-2", "U2/../U1"]) {
          const error = yield* Effect.flip(Effect.provide(act("disable_user", user), log))
          assert.deepStrictEqual([error.kind, error.message], ["usage", `${user} is not the id of an account.`])
        }
        const { calls } = yield* Simulator
        assert.isUndefined(calls()["scim.users.get"])
      }),
    ),
  )

  for (const [who, user, rank] of [
    ["the primary owner", "U1", "primaryOwner"],
    ["an owner, for an admin's token", "U1", "admin"],
    ["a bot", "U3", "primaryOwner"],
  ] as const) {
    it.live(`that Slack protects is left as it is: ${who}`, () =>
      inWorld(
        Effect.gen(function* () {
          const error = yield* Effect.flip(act("disable_user", user, { evenMyself: true }))
          assert.strictEqual(error.kind, "refused")
          assert.isTrue(yield* isActive(user))
        }),
        { userTokenRank: rank },
      ),
    )
  }

  it.live("whose reply was lost after it was disabled is not disabled twice", () =>
    inWorld(
      Effect.gen(function* () {
        assert.strictEqual((yield* act("disable_user", "U2")).outcome, "already")
        const { calls } = yield* Simulator
        assert.strictEqual(calls()["scim.users.delete"], 1)
      }),
      { faults: [{ method: "scim.users.delete", fault: { kind: "afterEffect", status: 500 } }] },
    ),
  )
})
