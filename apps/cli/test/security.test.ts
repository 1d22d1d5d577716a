// SECURITY.md says which scopes each command needs; the connectors and the commands say the same.
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { builtIn } from "@rollcall/host"
import type { CommandTable } from "@rollcall/host/answers"
import { Effect } from "effect"
import { collect } from "../src/answers.ts"
import { businessPlusWorld, membership } from "./wholeStack/businessPlus.ts"

const page = readFileSync(new URL("../../../SECURITY.md", import.meta.url), "utf8")

/** The cells of the table whose first column has this title. */
const tableOf = (title: string): ReadonlyArray<ReadonlyArray<string>> => {
  const lines = page.split("\n")
  const head = lines.findIndex((line) => new RegExp(`^\\| ${title} +\\|`, "u").test(line))
  const rows = lines.slice(head + 2)
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith("|")),
    )
    .map((line) =>
      line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

const codesIn = (text = ""): ReadonlyArray<string> => [...text.matchAll(/`([^`]+)`/gu)].map(([, code = ""]) => code)

describe("SECURITY.md", () => {
  it("has each scope that the connectors declare, on the token that the app's manifest puts it on", async () => {
    const loaded = await Promise.all(builtIn.all.map(({ load }) => load()))
    const declared = new Map(loaded.flatMap(({ scopes }) => scopes.map((need) => [need.scope, need] as const)))
    const manifests = loaded.map(({ manifest }) => JSON.stringify(manifest?.({ "gov-env": false }).manifest))
    const user = new Set(manifests.flatMap((text) => JSON.parse(text).oauth_config.scopes.user ?? []))
    const bot = new Set(manifests.flatMap((text) => JSON.parse(text).oauth_config.scopes.bot))
    const told = tableOf("scope").map(([scope, token, needed, without]) => ({
      scope: codesIn(scope)[0] ?? "",
      token,
      required: needed !== "no command",
      without,
    }))
    assert.sameDeepMembers(
      told,
      [...declared.values()].map(({ scope, required, without }) => ({
        scope,
        token: user.has(scope) ? "user" : "bot",
        required,
        without,
      })),
    )
    assert.sameMembers([...user, ...bot], [...declared.keys()])
  })

  it("has each command that takes a token, and what a sync needs is what the connectors require", async () => {
    const leaves = ({ name, flags, subcommands }: CommandTable, path: ReadonlyArray<string>): ReadonlyArray<string> =>
      subcommands.length > 0
        ? subcommands.flatMap((sub) => leaves(sub, [...path, name]))
        : flags.some(({ names }) => names.includes("token"))
          ? [[...path, name].slice(1).join(" ")]
          : []
    const rows = tableOf("command").map(([command, , pro, businessPlus]) => ({
      command: codesIn(command)[0] ?? "",
      pro: codesIn(pro),
      businessPlus: codesIn(businessPlus),
    }))
    const [sendNothing = ""] = /.*take a token too, and send nothing/u.exec(page) ?? []
    const all = (await collect()).table.app
    assert.sameMembers([...rows.map(({ command }) => command), ...codesIn(sendNothing)], [...leaves(all, [])])

    const required = await Promise.all(
      builtIn.all.map(async ({ load }) =>
        (await load()).scopes.filter(({ required: isRequired }) => isRequired).map(({ scope }) => scope),
      ),
    )
    const sync = rows.find(({ command }) => command === "sync")
    assert.sameMembers([...(sync?.businessPlus ?? [])], [...(required[0] ?? [])])
    assert.sameMembers([...(sync?.pro ?? [])], [...(required[1] ?? [])])
  })

  it.live("names scopes with which a simulated Slack, which holds tokens to theirs, lets each do its work", () =>
    Effect.gen(function* () {
      const least = { botScopes: ["users:read"], userScopes: ["admin"] }
      const { run, file, groups, outside } = yield* businessPlusWorld(least)
      const onPro = yield* run(["sync", "-f", `${file}.pro.c1z`], { environment: { BATON_BUSINESS_PLUS_TOKEN: "" } })
      assert.strictEqual(onPro.code, 0, onPro.stderr)
      const group = groups()[0]?.group ?? ""
      const [who = ""] = outside(group, 1)
      const withUserToken = { environment: { BATON_TOKEN: "" } }
      for (const args of [
        ["grant", "-e", membership(group), "--principal", who, "--yes"],
        ["actions", "run", "disable_user", "--user-id", who, "--yes"],
      ]) {
        const { code, stderr } = yield* run(args, withUserToken)
        assert.strictEqual(code, 0, `${args.join(" ")}: ${stderr}`)
      }
      const refused = yield* run(["revoke", "-e", membership(group), "--principal", who, "--yes"], {
        environment: { BATON_BUSINESS_PLUS_TOKEN: "" },
      })
      assert.strictEqual(refused.code, 77, refused.stderr)
    }).pipe(Effect.scoped),
  )
})
