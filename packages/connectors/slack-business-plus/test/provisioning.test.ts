import { assert, describe, it } from "@effect/vitest"
import type { ChangeIntent, ChangeResult } from "@rollcall/connector"
import { applyChanges, AuditLog, parseEntitlementId } from "@rollcall/connector"
import type { SimulatorOptions } from "@rollcall/slack-simulator"
import { Simulator } from "@rollcall/slack-simulator"
import { Effect, Layer, Schema } from "effect"
import { slackBusinessPlus, type SlackBusinessPlusOptions } from "../src/index.ts"
import { simulatedSlack, type TokenOptions } from "./simulatedSlack.ts"

const scimGroup = (id: string, members: ReadonlyArray<string>) => ({
  id,
  displayName: `Group ${id}`,
  members: members.map((value) => ({ value })),
})
const people = ["U1", "U2", "U3", "U4", "U5"]

/** Five people and two groups, by hand, so that tests can name them. */
const workspace = {
  team: { id: "T1", name: "Acme" },
  users: [
    ...people.map((id) => ({ id, name: id.toLowerCase() })),
    { id: "U8", name: "guest", is_restricted: true },
    { id: "U9", name: "gone", deleted: true },
  ],
  scim: {
    users: [
      ...people.map((id) => ({
        id,
        userName: id,
        active: true,
        emails: [{ value: `${id}@x.example`, primary: true }],
      })),
      { id: "U8", userName: "guest", active: true, emails: [] },
      { id: "U9", userName: "gone", active: false, emails: [{ value: "u1@x.example", primary: true }] },
    ],
    groups: [scimGroup("S1", ["U1", "U2"]), scimGroup("S2", [])],
  },
}

const change = (group: string, user: string) => ({
  entitlement: parseEntitlementId(`group:${group}:member`)!,
  principal: { resourceType: "user", resource: user },
})

const world = (options: SimulatorOptions = {}, tokens: TokenOptions = {}) =>
  Layer.merge(simulatedSlack({ workspace, ...options }, tokens), Layer.succeed(AuditLog, { append: () => Effect.void }))

const apply = (
  intent: ChangeIntent,
  changes: ReadonlyArray<ReturnType<typeof change>>,
  options: SlackBusinessPlusOptions = {},
) =>
  Effect.gen(function* () {
    const { results, stopReason } = yield* applyChanges(slackBusinessPlus(options), { intent, changes })
    return { results, stopReason, outcomes: results.map(({ outcome }) => outcome) }
  })

const membersOf = (group: string) =>
  Effect.map(Simulator, (slack) =>
    [...slack.state()].flatMap((entry) => ("group" in entry && entry.group === group ? entry.members : [])),
  )

const reasonOf = (result: ChangeResult | undefined) =>
  result?.outcome === "failed" ? `${result.failure.reason._tag}: ${result.failure.message}` : undefined

const inWorld = <A, E>(
  work: Effect.Effect<A, E, Layer.Success<ReturnType<typeof world>>>,
  options?: SimulatorOptions,
  tokens?: TokenOptions,
) => Effect.provide(work, world(options, tokens), { local: true })

const account = (id: string, email: string, more: object = {}) => ({
  id,
  name: email.split("@")[0] ?? id,
  profile: { email },
  ...more,
})
const record = (id: string, active: boolean, ...emails: ReadonlyArray<string>) => ({
  id,
  userName: id,
  active,
  emails: emails.map((value) => ({ value, primary: true })),
})

/** Accounts whose addresses differ between the lists, or are shared. */
const oddAddresses = {
  users: [
    account("U10", "old@x.example", { deleted: true }),
    account("U11", "new@x.example", {
      enterprise_user: { id: "W11", enterprise_id: "E1", enterprise_name: "Acme Org", teams: ["T1"] },
    }),
    account("U12", "off@x.example", { deleted: true }),
    account("U13", "offs@x.example", { deleted: true }),
    account("U14", "twins@x.example"),
    account("U15", "Twins@x.example"),
    account("U16", "odd@x.example"),
    account("U17", "even@x.example"),
  ],
  scim: {
    users: [
      record("U10", false, "old@x.example"),
      record("U11", true, "old@x.example"),
      record("U12", false, "off@x.example", "offs@x.example"),
      record("U13", false, "offs@x.example"),
      record("U14", true, "twins@x.example"),
      record("U15", true, "twins@x.example"),
      record("U16", true, "else@x.example"),
      record("U17", true, "odd@x.example"),
    ],
    groups: [],
  },
}

/** An account that each list calls something else. */
const twoNames = {
  users: [{ id: "U3", name: "ada", profile: { email: "u3@x.example", real_name: "Ada (on leave)" } }],
  scim: {
    users: [
      {
        ...record("U3", true, "u3@x.example"),
        displayName: "ada.l",
        name: { givenName: "Ada", familyName: "Lovelace" },
      },
    ],
    groups: [],
  },
}

describe("membership of an IdP group", () => {
  it.live("is granted by one PATCH, whose answer proves it", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual((yield* apply("grant", [change("S1", "U3")])).outcomes, ["changed"])
        assert.sameMembers(yield* membersOf("S1"), ["U1", "U2", "U3"])
        const { calls } = yield* Simulator
        assert.deepInclude(calls(), { "scim.groups.get": 1, "scim.groups.patch": 1 })
      }),
    ),
  )

  it.live("is proven by one read where Slack answers without the members", () =>
    inWorld(
      Effect.gen(function* () {
        const { outcomes } = yield* apply("grant", [change("S1", "U3"), change("S1", "U4")])
        assert.deepStrictEqual(outcomes, ["changed", "changed"])
        const { calls } = yield* Simulator
        assert.deepInclude(calls(), { "scim.groups.get": 2, "scim.groups.patch": 2 })
      }),
      { groupPatchReply: 204 },
    ),
  )

  it.live(
    "whose write is answered by a redirect or an unclear conflict is looked up, and sent once more if it is not there",
    () =>
      Effect.gen(function* () {
        const answers = [
          [{ kind: "afterEffect", status: 302 }, "already", 1],
          [{ kind: "afterEffect", status: 409 }, "already", 1],
          [{ kind: "error", error: "brand_new", status: 302 }, "changed", 2],
          [{ kind: "error", error: "brand_new", status: 409 }, "changed", 2],
        ] as const
        for (const [fault, outcome, writes] of answers) {
          yield* inWorld(
            Effect.gen(function* () {
              assert.deepStrictEqual((yield* apply("grant", [change("S1", "U3")])).outcomes, [outcome])
              assert.sameMembers(yield* membersOf("S1"), ["U1", "U2", "U3"])
              const { calls } = yield* Simulator
              assert.deepInclude(calls(), { "scim.groups.get": 2, "scim.groups.patch": writes })
            }),
            { faults: [{ method: "scim.groups.patch", fault }] },
          )
        }
      }),
  )

  it.live("is proven by a read where the answer leaves members out or some of them cannot be read", () =>
    Effect.gen(function* () {
      const name = { id: "S1", displayName: "Group S1" }
      for (const body of [
        name,
        { ...name, members: null },
        { ...name, members: [{ value: "U1" }, { display: "U2" }] },
      ]) {
        yield* inWorld(
          Effect.gen(function* () {
            const { results, stopReason } = yield* apply("revoke", [change("S1", "U1")])
            // The write was answered in its place, so it was not made.
            assert.include(reasonOf(results[0]), "a read after it does not show it")
            assert.isUndefined(stopReason)
            const { calls } = yield* Simulator
            assert.deepInclude(calls(), { "scim.groups.get": 2 })
          }),
          { faults: [{ method: "scim.groups.patch", fault: { kind: "wrongShape", body } }] },
        )
      }
    }),
  )

  it.live(
    "of which others vanish during a change stops there, with their ids and the group's name in the results",
    () =>
      inWorld(
        Effect.gen(function* () {
          const { results, stopReason, outcomes } = yield* apply("revoke", [change("S1", "U1"), change("S2", "U1")])
          assert.deepStrictEqual(outcomes, ["changed", "notTried"])
          assert.deepInclude(results[0], { resourceName: "Group S1" })
          assert.nestedPropertyVal(stopReason, "reason._tag", "Collateral")
          assert.include(
            stopReason?.message,
            "group:S1:member lost a holder whom nobody asked to remove: user:U2 vanished",
          )
        }),
        {
          faults: [{ method: "scim.groups.patch", fault: { kind: "wrongShape", body: { id: "S1", members: [] } } }],
        },
      ),
  )

  it.live("is revoked from a person whom the group lists under the id of the organisation, at one more call", () =>
    inWorld(
      Effect.gen(function* () {
        const { outcomes, stopReason } = yield* apply("revoke", [change("S3", "U11")])
        assert.deepStrictEqual(outcomes, ["changed"])
        assert.isUndefined(stopReason)
        assert.deepStrictEqual(yield* membersOf("S3"), ["U1"])
        const { calls } = yield* Simulator
        assert.deepInclude(calls(), { "users.info": 1, "scim.groups.patch": 1 })
      }),
      {
        workspace: {
          ...workspace,
          users: [...workspace.users, ...oddAddresses.users],
          scim: { ...workspace.scim, groups: [scimGroup("S3", ["W11", "U1"])] },
        },
      },
    ),
  )

  it.live("is revoked from one member and no other", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual((yield* apply("revoke", [change("S1", "U1")])).outcomes, ["changed"])
        assert.deepStrictEqual(yield* membersOf("S1"), ["U2"])
      }),
    ),
  )

  it.live("that is there already, or gone, takes no write", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual((yield* apply("grant", [change("S1", "U1")])).outcomes, ["already"])
        assert.deepStrictEqual((yield* apply("revoke", [change("S1", "U5")])).outcomes, ["already"])
        const { calls } = yield* Simulator
        assert.isUndefined(calls()["scim.groups.patch"])
      }),
    ),
  )

  it.live("of a group that does not exist cannot be granted, and the message says how to find one", () =>
    inWorld(
      Effect.gen(function* () {
        const { results } = yield* apply("grant", [change("S7", "U1"), change("S1", "U3")])
        const [first] = results
        assert.strictEqual(reasonOf(first), "NotFound: There is no IdP group S7.")
        assert.match(first?.outcome === "failed" ? first.failure.hint : "", /^Sync again, and choose/)
        assert.strictEqual(results[1]?.outcome, "changed")
      }),
    ),
  )

  for (const [who, user] of [
    ["a guest", "U8"],
    ["a deactivated member", "U9"],
    ["somebody unknown", "U0NOBODY"],
  ] as const) {
    it.live(`is refused by Slack for ${who}, and the others go on`, () =>
      inWorld(
        Effect.gen(function* () {
          const { results, outcomes } = yield* apply("grant", [change("S1", user), change("S1", "U3")])
          assert.deepStrictEqual(outcomes, ["failed", "changed"])
          assert.isString(reasonOf(results[0]))
          assert.sameMembers(yield* membersOf("S1"), ["U1", "U2", "U3"])
        }),
      ),
    )
  }

  it.live("of a full group is refused", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual((yield* apply("grant", [change("S1", "U3")])).outcomes, ["failed"])
      }),
      { groupMemberCap: 2 },
    ),
  )

  it.live("that took effect before a 500 is found there and not written again", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual((yield* apply("grant", [change("S1", "U3")])).outcomes, ["already"])
        const { calls } = yield* Simulator
        assert.strictEqual(calls()["scim.groups.patch"], 1)
      }),
      { faults: [{ method: "scim.groups.patch", fault: { kind: "afterEffect", status: 500 } }] },
    ),
  )

  it.live("whose reply was cut off is found there and not written again", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual((yield* apply("revoke", [change("S1", "U1")])).outcomes, ["changed"])
        assert.deepStrictEqual(yield* membersOf("S1"), ["U2"])
      }),
      { faults: [{ method: "scim.groups.patch", fault: { kind: "afterEffect", status: "cut" } }] },
    ),
  )

  it.live("is not tried further once the token is revoked, and a second run finds what was done", () =>
    inWorld(
      Effect.gen(function* () {
        const slack = yield* Simulator
        slack.addFaults([{ method: "scim.groups.patch", call: 2, fault: { kind: "revokeToken", token: "user" } }])
        const { outcomes, stopReason } = yield* apply("grant", [
          change("S1", "U3"),
          change("S1", "U4"),
          change("S1", "U5"),
        ])
        assert.deepStrictEqual(outcomes, ["changed", "failed", "notTried"])
        assert.nestedPropertyVal(stopReason, "reason._tag", "CredentialRejected")
      }),
    ),
  )

  it.live("changed by several writers at once ends as all of them wanted", () =>
    inWorld(
      Effect.gen(function* () {
        const runs = people.map((user) => apply("grant", [change("S2", user)]))
        const done = yield* Effect.all(runs, { concurrency: "unbounded" })
        assert.deepStrictEqual(
          done.flatMap(({ outcomes }) => outcomes),
          people.map(() => "changed"),
        )
        assert.sameMembers(yield* membersOf("S2"), people)
      }),
      { writeMillis: 5 },
    ),
  )

  for (const [storm, fault] of [
    ["throttles", { kind: "rateLimited" as const, retryAfter: 1 }],
    ["is still writing the group", { kind: "error" as const, error: "resource_locked", status: 429 }],
  ] as const) {
    it.live(`is granted in the end, and once, where Slack ${storm}`, () =>
      inWorld(
        Effect.gen(function* () {
          assert.deepStrictEqual((yield* apply("grant", [change("S1", "U3")])).outcomes, ["changed"])
          assert.sameMembers(yield* membersOf("S1"), ["U1", "U2", "U3"])
          const { calls } = yield* Simulator
          assert.strictEqual(calls()["scim.groups.patch"], 3)
        }),
        { faults: [{ method: "scim.groups.patch", times: 2, fault }] },
      ),
    )
  }

  it.live("for which Slack fails is one failure among others, which go on", () =>
    inWorld(
      Effect.gen(function* () {
        const changes = [change("S1", "U3"), change("S1", "U4"), change("S2", "U1")]
        const { results, outcomes, stopReason } = yield* apply("grant", changes)
        assert.deepStrictEqual(outcomes, ["failed", "changed", "changed"])
        assert.match(reasonOf(results[0]) ?? "", /^Unavailable: .*HTTP 500/)
        assert.isUndefined(stopReason)
      }),
      {
        faults: [
          {
            method: "scim.groups.patch",
            times: 2,
            fault: { kind: "error", error: "group_members_create_failed", status: 500 },
          },
        ],
      },
    ),
  )

  it.live("is refused in GovSlack", () =>
    inWorld(
      Effect.gen(function* () {
        const { results } = yield* apply("grant", [change("S1", "U3")], { gov: true, oneToken: true })
        assert.strictEqual(reasonOf(results[0]), "Refused: IdP group provisioning is not supported for GovSlack.")
      }),
      { gov: true },
      { oneToken: true },
    ),
  )

  it.live("is all that can be granted, and only to users", () =>
    inWorld(
      Effect.gen(function* () {
        const onUserGroup = { ...change("S1", "U3"), entitlement: parseEntitlementId("userGroup:S1:member")! }
        const toGroup = { ...change("S1", "U3"), principal: { resourceType: "group", resource: "S2" } }
        const odd = { ...change("S1", "U3"), entitlement: parseEntitlementId("group:S1:owner")! }
        const toName = change("S1", "Ada Lovelace")
        const { outcomes } = yield* apply("grant", [onUserGroup, toGroup, odd, toName])
        assert.deepStrictEqual(outcomes, ["failed", "failed", "failed", "failed"])
        const { calls } = yield* Simulator
        assert.isUndefined(calls()["scim.groups.patch"])
      }),
    ),
  )

  it.live.prop(
    "after any sequence of grants and revokes is what a model of sets says",
    {
      steps: Schema.Array(
        Schema.Struct({
          intent: Schema.Literals(["grant", "revoke"]),
          group: Schema.Literals(["S1", "S2"]),
          user: Schema.Literals(["U1", "U2", "U3", "U4", "U5"]),
        }),
      ),
    },
    ({ steps }) =>
      inWorld(
        Effect.gen(function* () {
          const model = new Map([
            ["S1", new Set(["U1", "U2"])],
            ["S2", new Set<string>()],
          ])
          for (const { intent, group, user } of steps) {
            const held = model.get(group)!
            const isMet = held.has(user) === (intent === "grant")
            const { outcomes } = yield* apply(intent, [change(group, user)])
            assert.deepStrictEqual(outcomes, [isMet ? "already" : "changed"])
            if (intent === "grant") held.add(user)
            else held.delete(user)
          }
          for (const [group, held] of model) assert.sameMembers(yield* membersOf(group), [...held])
        }),
      ),
  )
})

describe("the accounts that people mean", () => {
  const tooManyAnnounced = [
    { method: "scim.users.list", times: "always" as const, fault: { kind: "wrongTotal" as const, total: 50 } },
  ]
  const find = (...names: ReadonlyArray<string>) =>
    Effect.map(slackBusinessPlus().provisioning!.findPrincipals(names), (found) =>
      names.map((name) => {
        const meant = found.get(name)
        return meant === undefined || "unclear" in meant ? meant : meant.resource
      }),
    )

  it.live("are looked up by id where there are few, in one call each; one that is mistyped means nobody", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* find("U3", "U9"), ["U3", "U9"])
        const { calls } = yield* Simulator
        assert.deepStrictEqual(calls(), { "scim.users.get": 2 })
        assert.deepStrictEqual(yield* find("UTYPO123"), [undefined])
        assert.deepStrictEqual(calls(), { "scim.users.get": 3, "users.info": 1 })
      }),
    ),
  )

  it.live("are found, granted and revoked by the id that a file shows, where SCIM lists them under another one", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* find("U11"), ["U11"])
        assert.deepStrictEqual((yield* apply("grant", [change("S1", "U11")])).outcomes, ["changed"])
        assert.deepStrictEqual(yield* membersOf("S1"), ["W11"])
        assert.deepStrictEqual((yield* apply("revoke", [change("S1", "U11")])).outcomes, ["changed"])
        assert.deepStrictEqual(yield* membersOf("S1"), [])
      }),
      {
        workspace: {
          ...workspace,
          users: oddAddresses.users,
          scim: { users: [record("W11", true, "new@x.example")], groups: [scimGroup("S1", [])] },
        },
      },
    ),
  )

  it.live("are looked up by id in one pass where there are many, or addresses among them", () =>
    inWorld(
      Effect.gen(function* () {
        const typos = Array.from({ length: 10 }, (_, index) => `UTYPO${index}`)
        assert.deepStrictEqual(yield* find("U3", ...typos), ["U3", ...typos.map(() => undefined)])
        assert.deepStrictEqual(yield* find("U4", "u3@x.example"), ["U4", "U3"])
        const { calls } = yield* Simulator
        assert.deepStrictEqual(calls(), { "scim.users.list": 2, "users.list": 2 })
      }),
    ),
  )

  it.live("are not sought where the text is neither an id of Slack's nor an address", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* find("Ada Lovelace", "", "u3"), [undefined, undefined, undefined])
        const { calls } = yield* Simulator
        assert.deepStrictEqual(calls(), {})
      }),
    ),
  )

  it.live("cannot be looked up where SCIM does not answer, which is no reason to call them unknown", () =>
    inWorld(
      Effect.gen(function* () {
        const error = yield* Effect.flip(find("U3"))
        assert.nestedPropertyVal(error, "reason._tag", "CredentialRejected")
      }),
      { faults: [{ method: "scim.users.get", fault: { kind: "error", error: "token_revoked", status: 401 } }] },
    ),
  )

  it.live("are found by address, whatever its case, in one pass for all", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* find("u3@x.example", "U4@X.EXAMPLE", "zoe@x.example"), ["U3", "U4", undefined])
        const { calls } = yield* Simulator
        assert.deepStrictEqual(calls(), { "scim.users.list": 1, "users.list": 1 })
      }),
    ),
  )

  it.live("have the same name however they are named", () =>
    inWorld(
      Effect.gen(function* () {
        const { findPrincipals } = slackBusinessPlus().provisioning!
        const byId = yield* findPrincipals(["U3"])
        const byAddress = yield* findPrincipals(["u3@x.example"])
        const byIdWithAll = yield* findPrincipals(["U3"], { foresee: true })
        const names = [byId.get("U3"), byIdWithAll.get("U3"), byAddress.get("u3@x.example")]
        assert.deepStrictEqual(
          names.map((found) => found !== undefined && "displayName" in found && found.displayName),
          ["ada.l", "ada.l", "ada.l"],
        )
      }),
      { workspace: { ...workspace, ...twoNames } },
    ),
  )

  it.live("are the active ones where a deactivated account has the same address", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* find("u1@x.example"), ["U1"])
      }),
    ),
  )

  it.live("are found by the address of either list, and said to be unclear in words that fit", () =>
    inWorld(
      Effect.gen(function* () {
        const names = ["new@x.example", "old@x.example", "off@x.example", "offs@x.example", "twins@x.example"]
        assert.deepStrictEqual(yield* find(...names, "odd@x.example", "u12@x.example"), [
          "U11",
          "U11",
          "U12",
          { unclear: "deactivated", candidates: ["U12", "U13"] },
          { unclear: "ambiguous", candidates: ["U14", "U15"] },
          { unclear: "mismatching", candidates: ["U16 in users.list", "U17 in SCIM"] },
          undefined,
        ])
        const found = yield* slackBusinessPlus().provisioning!.findPrincipals(["new@x.example", "off@x.example"])
        assert.deepStrictEqual(found.get("new@x.example"), {
          resourceType: "user",
          resource: "U11",
          displayName: "U11",
          address: "new@x.example",
          aliases: ["W11"],
        })
        assert.deepInclude(found.get("off@x.example"), { isInactive: true, ineligible: "deactivated" })
      }),
      { workspace: { ...workspace, ...oddAddresses } },
    ),
  )

  it.live("are found by SCIM alone where the token may not read users.list", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* find("u3@x.example"), ["U3"])
      }),
      {},
      { botScopes: ["team:read"] },
    ),
  )

  it.live(
    "are used where they were found, though SCIM announces more than it lists, and nobody else is called unknown",
    () =>
      inWorld(
        Effect.gen(function* () {
          assert.deepStrictEqual(yield* find("u3@x.example"), ["U3"])
          const error = yield* Effect.flip(find("u3@x.example", "zoe@x.example"))
          assert.nestedPropertyVal(error, "reason._tag", "NotWhole")
          assert.include(error.message, "zoe@x.example could not be found, and the list of accounts is not whole")
        }),
        { workspace: { ...workspace, users: [...workspace.users, { id: "U77" }] }, faults: tooManyAnnounced },
      ),
  )

  it.live("are unknown where SCIM lists everybody whom users.list shows but bots, whatever it announces", () =>
    inWorld(
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* find("zoe@x.example"), [undefined])
      }),
      {
        workspace: {
          ...workspace,
          users: [
            ...workspace.users,
            { id: "U70", is_bot: true },
            { id: "U71", is_workflow_bot: true },
            { id: "U72", is_connector_bot: true },
            { id: "U73", is_stranger: true },
          ],
        },
        faults: tooManyAnnounced,
      },
    ),
  )

  it.live("are known to be guests where that is asked for, at one more call for each of a few ids", () =>
    inWorld(
      Effect.gen(function* () {
        const found = yield* slackBusinessPlus().provisioning!.findPrincipals(["U8", "U1"], { foresee: true })
        assert.deepInclude(found.get("U8"), { ineligible: "a guest", displayName: "guest" })
        assert.notProperty(found.get("U1"), "ineligible")
        const { calls } = yield* Simulator
        assert.deepStrictEqual(calls(), { "scim.users.get": 2, "users.info": 2 })
      }),
    ),
  )

  it.live("are known to be owners and admins, all of whom one pass over users.list finds while they are active", () =>
    inWorld(
      Effect.gen(function* () {
        const { findPrincipals, privileged } = slackBusinessPlus().provisioning!
        const found = yield* findPrincipals(["U80", "U81", "U82", "U83"], { foresee: true })
        assert.deepStrictEqual(
          ["U80", "U81", "U82", "U83"].map((id) => Reflect.get(found.get(id) ?? {}, "privilege")),
          ["the Primary Owner", "an Owner", "an Admin", undefined],
        )
        assert.deepStrictEqual(
          (yield* privileged ?? Effect.die("It does not tell.")).map(({ resource }) => resource),
          ["U80", "U81", "U82"],
        )
      }),
      {
        workspace: {
          ...workspace,
          users: [
            ...workspace.users,
            { id: "U80", is_admin: true, is_owner: true, is_primary_owner: true },
            { id: "U81", is_admin: true, is_owner: true },
            { id: "U82", is_admin: true },
            { id: "U83", is_admin: true, deleted: true },
          ],
          scim: {
            ...workspace.scim,
            users: [
              ...workspace.scim.users,
              ...["U80", "U81", "U82"].map((id) => record(id, true)),
              record("U83", false),
            ],
          },
        },
      },
    ),
  )
})
