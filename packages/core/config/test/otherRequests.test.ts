// Settings that ask for something other than a sync.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { ConfigSources } from "../src/index.ts"
import { findOtherRequests, goSettings, parseConfigFile } from "../src/index.ts"

const sources = (given: Partial<ConfigSources> = {}): ConfigSources => ({ flags: {}, environment: {}, ...given })
const find = (given: Partial<ConfigSources>) => findOtherRequests(sources(given), { forWorker: false })
const fileOf = (text: string) => parseConfigFile(".baton.yaml", new TextEncoder().encode(text))

/** The concrete names of those that have to be refused, from the flags that `baton-slack --help` and its SDK declare. */
const refused = [
  "applied-sync-id base-sync-id bulk-create-ticket compact-file-paths compact-output-path compact-sync-ids compact-syncs",
  "create-account-email create-account-login create-account-profile create-account-resource-type create-ticket",
  "delete-resource delete-resource-type diff-syncs event-feed event-feed-cursor event-feed-id event-feed-start-at",
  "get-ticket grant-entitlement grant-principal grant-principal-type invoke-action invoke-action-args",
  "invoke-action-resource-type invoke-resource-action invoke-resource-action-args invoke-resource-action-resource-type",
  "list-action-schemas list-action-schemas-resource-type list-resource-actions list-ticket-schemas revoke-grant",
  "rotate-credentials rotate-credentials-type skip-full-sync sync-resources",
].flatMap((line) => line.split(" "))

describe("a setting that asks for something other than a sync", () => {
  it("is each of these, and no other", () => {
    const names = goSettings.filter(({ here }) => typeof here !== "string").map(({ name }) => name)
    assert.deepStrictEqual(names.toSorted(), refused)
  })

  for (const name of refused) {
    it.effect(`ends a sync under the name that was used: ${name}`, () =>
      Effect.gen(function* () {
        const value = goSettings.find((setting) => setting.name === name)?.takesValue === true ? "x" : "true"
        const variable = `BATON_${name.toUpperCase().replaceAll("-", "_")}`
        const file = yield* fileOf(`${name}: ${value}`)
        for (const [given, reason, says] of [
          [{ flags: { [name]: value } }, "InvalidFlag", `--${name} asks to `],
          [{ environment: { [variable]: value } }, "Invalid", `${variable} asks to `],
          [{ file }, "Invalid", `${name} (.baton.yaml, line 1) asks to `],
        ] as const) {
          const { problems, warnings } = find(given)
          assert.deepStrictEqual([problems.length, problems[0]?.reason, warnings.length], [1, reason, 0])
          assert.isTrue(problems[0]?.message.startsWith(says), problems[0]?.message)
          assert.match(problems[0]?.hint ?? "", /^Run `rollcall|no command for it|the worker/)
        }
        const found = find({ file: { ...file, implicit: true } })
        assert.deepStrictEqual([found.problems.length, found.warnings.length], [0, 1])
        assert.match(found.warnings[0] ?? "", /, line 1\) asks to .*; it is ignored\. /)
      }),
    )
  }

  it("names the command that does it", () => {
    for (const [name, command] of [
      ["revoke-grant", "`rollcall revoke --grant …`"],
      ["grant-principal", "`rollcall grant --entitlement … --principal …`"],
      ["invoke-action", "`rollcall actions run …`"],
      ["list-action-schemas-resource-type", "`rollcall actions list`"],
    ] as const) {
      assert.include(find({ flags: { [name]: "x" } }).problems[0]?.hint, command)
    }
  })

  it("is one problem with the others that ask for the same, whose values are not quoted", () => {
    const { problems } = find({
      flags: { "grant-entitlement": "xoxb-1" },
      environment: { BATON_GRANT_PRINCIPAL: "U1" },
    })
    assert.deepStrictEqual(problems, [
      {
        reason: "Invalid",
        message:
          "--grant-entitlement, BATON_GRANT_PRINCIPAL ask to grant an entitlement, which a sync does not do; nothing was done.",
        hint: "Run `rollcall grant --entitlement … --principal …`. Leave --grant-entitlement, BATON_GRANT_PRINCIPAL out here.",
      },
    ])
  })

  it.effect("asks for nothing where it is empty, or a boolean that is off", () =>
    Effect.gen(function* () {
      for (const given of [
        { flags: { "revoke-grant": [""], "sync-resources": [] } },
        { environment: { BATON_REVOKE_GRANT: "", BATON_INVOKE_ACTION: "\n" } },
        { environment: { BATON_CREATE_TICKET: "false", BATON_EVENT_FEED: "False", BATON_SKIP_FULL_SYNC: "0" } },
        { flags: { "skip-full-sync": "false" }, environment: { BATON_SKIP_FULL_SYNC: "true" } },
        { file: yield* fileOf("revoke-grant:\nsync-resources: []\nget-ticket: false\ncompact-sync-ids: ''") },
      ]) {
        assert.deepStrictEqual(find(given), { problems: [], warnings: [], names: new Set<string>() })
      }
      const mapping = yield* fileOf("create-account-profile: { login: ada }")
      assert.lengthOf(find({ file: mapping }).problems, 1)
      assert.lengthOf(find({ environment: { BATON_CREATE_TICKET: "maybe" } }).problems, 1)
    }),
  )

  it("may be skip-full-sync for the worker, which acts on it", () => {
    const given = sources({ environment: { BATON_SKIP_FULL_SYNC: "true", BATON_REVOKE_GRANT: "x" } })
    const { problems } = findOtherRequests(given, { forWorker: true })
    assert.deepStrictEqual(
      problems.map(({ message }) => message.split(" ")[0]),
      ["BATON_REVOKE_GRANT"],
    )
  })
})
