// Both apps run the example as they are: the command and the worker, each in a process of its own, against a real server.
import { assert, describe, it } from "@effect/vitest"
import { freePort } from "@rollcall/test-kit/scratch"
import { Effect, Schedule } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { pathOf, start, worldOf } from "./appWorld.ts"

const world = worldOf()

describe("the command", () => {
  it.live("syncs the forge at a call a list and one a parent, and shows what is in it", () =>
    Effect.gen(function* () {
      const { forge, rollcall } = yield* world
      const synced = yield* rollcall("sync")
      assert.strictEqual(synced.code, 0, synced.err)
      const lists = ["/users", "/organizations", ...["o1", "o2", "o3"].map((id) => `/organizations/${id}/teams`)]
      const members = [...forge.teams.keys()].map((id) => `/teams/${id}/members`)
      assert.sameMembers(
        [...forge.calls()],
        ["/token", ...lists, ...members].map((path) => `GET ${path}`),
      )
      const { out } = yield* rollcall("grants", "-t", "team", "-o", "ndjson")
      const grants = out.trimEnd().split("\n")
      assert.lengthOf(grants, [...forge.teams.values()].flatMap(({ members: of }) => [...of]).length)
      const users = (yield* rollcall("resources", "-t", "user", "-o", "ndjson")).out.trimEnd().split("\n")
      assert.lengthOf(users, forge.users.size)
    }).pipe(Effect.scoped),
  )

  it.live("grants and revokes by address, and records both", () =>
    Effect.gen(function* () {
      const { forge, folder, rollcall } = yield* world
      const members = () => forge.teams.get("t1")?.members ?? new Set()
      yield* rollcall("sync")
      const granted = yield* rollcall("grant", "-e", "team:t1:member", "--principal", "user1@forge.example", "--yes")
      assert.strictEqual(granted.code, 0, granted.err)
      assert.isTrue(members().has("u1"))
      const revoked = yield* rollcall("revoke", "-e", "team:t1:member", "--principal", "u1", "--yes")
      assert.strictEqual(revoked.code, 0, revoked.err)
      assert.isFalse(members().has("u1"))
      const log = readdirSync(folder).find((name) => name.endsWith(".audit.ndjson")) ?? ""
      assert.lengthOf(readFileSync(join(folder, log), "utf8").trimEnd().split("\n"), 4)
    }).pipe(Effect.scoped),
  )

  it.live("grants and revokes nothing of an entitlement that is mistyped, and names those that there are", () =>
    Effect.gen(function* () {
      const { forge, rollcall } = yield* world
      const before = [...(forge.teams.get("t1")?.members ?? [])]
      for (const [verb, who] of [
        ["grant", "u1"],
        ["revoke", before[0] ?? ""],
      ] as const) {
        const { code, err } = yield* rollcall(verb, "-e", "team:t1:membr", "--principal", who, "--yes")
        assert.strictEqual(code, 64, err)
        assert.match(err, /There is no entitlement team:t1:membr .*\n.*team:t1:member\./u)
      }
      assert.deepStrictEqual([...(forge.teams.get("t1")?.members ?? [])], before)
      assert.deepStrictEqual(forge.calls(), [])
    }).pipe(Effect.scoped),
  )

  it.live("runs the action of the forge, but not on the account that the token belongs to", () =>
    Effect.gen(function* () {
      const { forge, rollcall } = yield* world
      const disabled = yield* rollcall("actions", "run", "disable_user", "--user-id", "user2@forge.example", "--yes")
      assert.strictEqual(disabled.code, 0, disabled.err)
      assert.isFalse(forge.users.get("u2")?.active)
      const own = yield* rollcall("actions", "run", "disable_user", "--user-id", "u1", "--yes")
      assert.notStrictEqual(own.code, 0)
      assert.isTrue(forge.users.get("u1")?.active)
    }).pipe(Effect.scoped),
  )

  it.live("diagnoses a token, and refuses one that the forge does not know with 77, without showing it", () =>
    Effect.gen(function* () {
      const { folder, environment, rollcall } = yield* world
      const fine = yield* rollcall("doctor")
      assert.strictEqual(fine.code, 0, fine.err)
      assert.include(fine.out, "Forge of this machine (f1)")
      const wrong = `forge_${"9".repeat(24)}`
      const refused = yield* Effect.promise(
        () => start("cli", ["doctor", wrong], folder, { ...environment, FORGE_TOKEN: wrong }).ended,
      )
      assert.notStrictEqual(refused.code, 0)
      assert.notInclude(refused.out + refused.err, wrong)
      const unknown = yield* Effect.promise(
        () => start("cli", ["doctor"], folder, { ...environment, FORGE_TOKEN: wrong }).ended,
      )
      assert.strictEqual(unknown.code, 77, unknown.out + unknown.err)
      assert.notInclude(unknown.out + unknown.err, wrong)
    }).pipe(Effect.scoped),
  )

  it.live("syncs without an optional scope, and names what is missing", () =>
    Effect.gen(function* () {
      const { forge, folder, environment } = yield* world
      const token = forge.token(["users:read", "organizations:read"])
      const { code, out, err } = yield* Effect.promise(
        () => start("cli", ["sync"], folder, { ...environment, FORGE_TOKEN: token }).ended,
      )
      assert.strictEqual(code, 0, err)
      assert.match(out + err, /^gap: Team: .*\(missing_scope\)/mu)
    }).pipe(Effect.scoped),
  )

  it.live("shows the settings of the forge in its help, and where the connector comes from", () =>
    Effect.gen(function* () {
      const { rollcall } = yield* world
      const { out } = yield* rollcall("sync", "--help")
      for (const shown of ["FORGE_TOKEN", "--base-url", "FORGE_BASE_URL"]) assert.include(out, shown)
      assert.include((yield* rollcall("connectors", "-o", "csv")).out, pathOf("../src/index.ts"))
      assert.include((yield* rollcall("capabilities")).out, "team")
    }).pipe(Effect.scoped),
  )

  it.live("shows examples of the forge in help and hints, none of Slack's", () =>
    Effect.gen(function* () {
      const { rollcall } = yield* world
      const shown: ReadonlyArray<readonly [command: string, example: string]> = [
        ["sync", "FORGE_TOKEN_FILE=token.txt rollcall sync"],
        ["sync", "--sync-resource-types user,team"],
        ["grant", "rollcall grant -e team:ID:member --principal"],
        ["revoke", "--grant team:ID:member:user:ID"],
        ["access", "rollcall access -t user -r ID"],
        ["principals", "-t team -r ID"],
      ]
      for (const [command, example] of shown) {
        const { out } = yield* rollcall(command, "--help")
        assert.include(out, example)
        assert.notMatch(out, /[STU]0\d+|BATON_TOKEN|userGroup/u, command)
      }
      assert.include((yield* rollcall("--help")).out, "Sync Forge to a file")
      const wrong = yield* rollcall("grant", "-e", "admins", "--principal", "u1")
      assert.deepStrictEqual(
        [wrong.code, /looks like team:ID:member, a grant's/u.test(wrong.err)],
        [64, true],
        wrong.err,
      )
    }).pipe(Effect.scoped),
  )

  it.live("names in doctor the scopes that a token lacks, and what a sync lacks without each", () =>
    Effect.gen(function* () {
      const { forge, folder, environment } = yield* world
      const doctor = (scopes: ReadonlyArray<string>) =>
        Effect.promise(
          () => start("cli", ["doctor"], folder, { ...environment, FORGE_TOKEN: forge.token(scopes) }).ended,
        )
      const all = ["users:read", "organizations:read", "teams:read"]
      const whole = yield* doctor(all)
      assert.deepStrictEqual([whole.code, /it has all that are used/u.test(whole.out)], [0, true], whole.out)
      const part = yield* doctor(all.slice(0, 2))
      assert.strictEqual(part.code, 0, part.out)
      assert.match(part.out, /teams:read is missing; without it a sync lacks teams/u)
      const none = yield* doctor(["teams:read"])
      assert.strictEqual(none.code, 77, none.out)
    }).pipe(Effect.scoped),
  )
})

describe("the worker", () => {
  it.live("syncs the forge on its schedule, and stops", () =>
    Effect.gen(function* () {
      const { forge, folder, environment, rollcall } = yield* world
      const port = yield* freePort
      const worker = yield* Effect.acquireRelease(
        Effect.sync(() =>
          start("worker", [], folder, {
            ...environment,
            BATON_FILE: "forge.c1z",
            BATON_EVERY: "6h",
            BATON_HEALTH_CHECK_PORT: String(port),
          }),
        ),
        ({ child }) => Effect.sync(() => void child.kill("SIGKILL")),
      )
      yield* Effect.sync(() => /is in .*forge\.c1z/u.test(worker.err()) || worker.child.exitCode !== null).pipe(
        Effect.repeat({ schedule: Schedule.spaced("25 millis"), until: (isSo) => isSo }),
      )
      worker.child.kill("SIGTERM")
      const { code, err } = yield* Effect.promise(() => worker.ended)
      assert.strictEqual(code, 0, err)
      const { out } = yield* rollcall("resources", "-t", "user", "-f", "forge.c1z", "-o", "ndjson")
      assert.lengthOf(out.trimEnd().split("\n"), forge.users.size)
    }).pipe(Effect.scoped),
  )
})

it("has at most 150 lines of code", () => {
  const lines = readdirSync(pathOf("../src")).flatMap((name) =>
    readFileSync(pathOf(`../src/${name}`), "utf8")
      .split("\n")
      .filter((line) => !/^\s*(?:\/\/.*)?$/u.test(line)),
  )
  assert.isAtMost(lines.length, 150)
})
