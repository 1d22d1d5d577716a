// The console of a real worker, over real HTTP: adding, pausing, rotating and removing connections, what is refused, and what is recorded.
import { assert, describe, it } from "@effect/vitest"
import { startC1 } from "@rollcall/c1-simulator"
import { leaseStoreFile } from "@rollcall/change-store"
import { askWorker } from "@rollcall/host/connections"
import type { Lease } from "@rollcall/plan"
import { LeaseStore } from "@rollcall/plan"
import { installClub } from "@rollcall/test-kit/club"
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { until } from "../workerProcess.ts"
import { consoleWorld, enter } from "./visitConsole.ts"

/** Everything that a process has written into a folder, as text. */
const allFiles = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"))
    .join("\n")

describe("The console of a worker", () => {
  it.live(
    "adds a connection that is checked before, syncs it, pauses, resumes and removes it, and records each act",
    () =>
      Effect.gen(function* () {
        const world = yield* consoleWorld()
        const { folder, slack, worker, workFolder } = world
        const { send, get } = yield* enter(world)
        const form = {
          name: "ops",
          module: "slack-pro",
          "set-token": slack.botToken,
          "set-every": "6h",
          labels: "team=Ops",
        }
        const stateIs = (state: string) =>
          until(Effect.map(get("/live"), ({ text }) => JSON.parse(text).shown.rows[0]?.state === state))

        const checked = yield* send("check", form)
        const { wrong, findings } = checked.answer.checked
        assert.deepStrictEqual(wrong, {})
        assert.deepInclude(findings[0], { check: "token", state: "ok" })
        assert.isTrue(findings.some(({ check }: { check: string }) => check === "workspace"))
        assert.deepStrictEqual(JSON.parse((yield* get("/live")).text).shown.rows, [], "nothing is added by a check")

        assert.deepStrictEqual((yield* send("add", form)).answer, { done: "ops was added." })
        yield* worker.says(/ is in .*ops\.c1z/u)
        yield* stateIs("Connected")
        assert.deepStrictEqual(storedIds(join(folder, "ops.c1z")), expectedIds(slack))

        const page = yield* get("/live/connection?name=ops")
        const { connection } = JSON.parse(page.text).shown
        const table = (id: string) => connection.tables.find((one: { id: string }) => one.id === id).rows
        assert.deepInclude(connection.row, { name: "ops", labels: "team=Ops", from: "added" })
        assert.strictEqual(table("syncs")[0][2], "success")
        assert.deepInclude(table("settings"), ["token", "kept by Rollcall"])
        assert.isTrue(table("log").some(([, , text]: ReadonlyArray<string>) => text?.includes("The connection starts")))
        assert.deepStrictEqual(connection.secrets, ["token"])

        assert.property((yield* send("pause", { name: "ops" })).answer, "done")
        yield* stateIs("Paused")
        const refused = yield* send("sync-now", { name: "ops" })
        assert.strictEqual(refused.answer.refused.message, "ops is paused.")
        assert.property((yield* send("resume", { name: "ops" })).answer, "done")
        yield* stateIs("Connected")
        assert.property((yield* send("remove", { name: "ops" })).answer, "done")
        yield* until(Effect.map(get("/live"), ({ text }) => JSON.parse(text).shown.rows.length === 0))

        const audit = readFileSync(join(folder, "ops.c1z.audit.ndjson"), "utf8")
        const entries = audit
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line))
        assert.deepStrictEqual(
          entries.map(({ intent, outcome }) => `${intent} ${outcome}`),
          [
            ["add", "changed"],
            ["pause", "changed"],
            ["sync-now", "failed"],
            ["resume", "changed"],
            ["remove", "changed"],
          ].flatMap(([act, outcome]) => [`connection.${act} begun`, `connection.${act} ${outcome}`]),
        )
        for (const entry of entries) {
          assert.deepInclude(entry, { issuer: "local", connection: "ops", connector: "slack-pro" })
          assert.isNotEmpty(entry.subject)
        }
        // The token is nowhere but at Slack: not in a page, a log or a file, after the connection is gone.
        const secret = slack.botToken
        for (const text of [page.text, checked.text, worker.written(), audit, allFiles(folder)])
          assert.notInclude(text, secret)
        assert.deepStrictEqual(
          existsSync(join(workFolder, "secrets")) ? readdirSync(join(workFolder, "secrets")) : [],
          [],
        )
      }).pipe(Effect.scoped),
  )

  const secret = "xoxb-1-2-thatNobodyMayEverSee"
  const form = { name: "ops", module: "slack-pro", "set-token": secret, "set-every": "6h" }
  const refusals: ReadonlyArray<readonly [what: string, fields: Readonly<Record<string, string>>, why: RegExp]> = [
    ["a base URL", { ...form, "set-base-url": "https://evil.example/api/" }, /^base-url cannot be set here\./u],
    [
      "the base URL of SCIM",
      { ...form, module: "slack-business-plus", "set-scim-base-url": "https://evil.example/" },
      /^scim-base-url cannot be set here/u,
    ],
    ["the path of a module", { ...form, module: "./evil.mjs" }, /^There is no such connector\./u],
    ["a module as a setting", { ...form, "set-connector": "./evil.mjs" }, /cannot be set here/u],
    ["the file of a secret", { ...form, "set-token-file": "/etc/passwd" }, /^token-file cannot be set here\./u],
    ["a folder of secrets", { ...form, "set-secrets-folder": "/etc" }, /cannot be set here/u],
    ["the file of the output", { ...form, "set-file": "/etc/cron.d/x" }, /cannot be set here/u],
    ["an audit log", { ...form, "set-audit-file": "/tmp/x" }, /cannot be set here/u],
    ["a store of leases", { ...form, "set-leases": "/tmp/x" }, /cannot be set here/u],
    ["a folder of temporary files", { ...form, "set-c1z-temp-dir": "/tmp" }, /cannot be set here/u],
    ["another host of ConductorOne", { ...form, "set-c1-api-host": "evil.example" }, /cannot be set here/u],
    [
      "a token as a setting that is none",
      { ...form, "set-tokne": secret },
      /^The form has a setting that cannot be set here/u,
    ],
    ["a field that no page has", { ...form, other: secret }, /^The form has fields that this page has not/u],
    ["a name that is none", { ...form, name: "../ops" }, /cannot be called/u],
    [
      "the name of another connection",
      { ...form, name: "sales" },
      /^There is a connection sales in .*connections\.yaml, line 2\./u,
    ],
    ["a schedule that is none", { ...form, "set-every": "sometimes" }, /^every cannot be used\./u],
    ["neither a schedule nor ConductorOne", { ...form, "set-every": "" }, /^It has nothing to do/u],
    ["no token", { ...form, "set-token": "" }, /^token cannot be used\. It must be given\./u],
    ["a label that is none", { ...form, labels: "Sales" }, /^A label is a name/u],
  ]
  it.live("refuses to add what a visitor may not say, and quotes no secret", () =>
    Effect.gen(function* () {
      const world = yield* consoleWorld({
        entries:
          "connections:\n  sales: { token: { variable: TOKEN }, base-url: http://127.0.0.1:9/api/, every: 6h }\n",
        environment: { TOKEN: "xoxb-of-sales" },
      })
      const { send, get } = yield* enter(world)
      for (const [what, fields, why] of refusals) {
        const { status, text, answer } = yield* send("add", fields)
        assert.strictEqual(status, 200, `${what}: ${text}`)
        assert.match(`${answer.refused?.message} ${answer.refused?.hint}`, why, what)
        assert.notInclude(text, secret, what)
      }
      const { text } = yield* get("/live")
      assert.deepStrictEqual(
        JSON.parse(text).shown.rows.map(({ name }: { name: string }) => name),
        ["sales"],
      )
      assert.notInclude(world.worker.written(), secret)
      // Entries of the file are shown, and not changed here.
      const removed = yield* send("remove", { name: "sales" })
      assert.match(removed.answer.refused.message, /^The connection sales stands in a file/u)
      const rotated = yield* send("rotate", { name: "sales", setting: "token", secret })
      assert.property(rotated.answer, "refused")
    }).pipe(Effect.scoped),
  )

  it.live(
    "keeps a token for this user alone, puts one of the same workspace in its place, and goes on with it after a restart",
    () =>
      Effect.gen(function* () {
        const world = yield* consoleWorld()
        const { slack, worker, workFolder } = world
        const { send } = yield* enter(world)
        yield* send("add", { name: "ops", module: "slack-pro", "set-token": slack.botToken, "set-every": "6h" })
        yield* worker.says(/ is in .*ops\.c1z/u)
        const kept = join(workFolder, "secrets", "ops.token")
        assert.strictEqual(readFileSync(kept, "utf8"), slack.botToken)
        const modes = [kept, join(workFolder, "secrets")].map((path) => statSync(path).mode & 0o777)
        assert.deepStrictEqual(modes, [0o600, 0o700])
        assert.notInclude(readFileSync(join(workFolder, "connections.db"), "latin1"), slack.botToken)

        const wrong = yield* send("rotate", { name: "ops", setting: "token", secret })
        assert.property(wrong.answer, "refused")
        assert.notInclude(wrong.text, secret)
        assert.strictEqual(readFileSync(kept, "utf8"), slack.botToken)
        const rotated = yield* send("rotate", { name: "ops", setting: "token", secret: slack.userToken })
        assert.property(rotated.answer, "done", rotated.text)
        yield* worker.says("The connection starts", 1)
        assert.strictEqual(readFileSync(kept, "utf8"), slack.userToken)

        yield* worker.kill("SIGKILL")
        yield* worker.ended
        yield* world.start
        const { get } = yield* enter(world)
        yield* until(Effect.map(get("/live"), ({ text }) => JSON.parse(text).shown.rows[0]?.state === "Connected"))
      }).pipe(Effect.scoped),
  )

  it.live(
    "says what is wrong beside each setting, adds nothing that the system refuses, and what cannot be asked now",
    () =>
      Effect.gen(function* () {
        const world = yield* consoleWorld()
        const { slack } = world
        const { send, get } = yield* enter(world)
        const rows = Effect.map(get("/live"), ({ text }) => JSON.parse(text).shown.rows)
        const odd = yield* send("check", { ...form, "set-every": "sometimes" })
        assert.match(odd.answer.checked.wrong.every, /sometimes|6h|cron/u)
        assert.deepStrictEqual(odd.answer.checked.findings, [], "the system is not asked")
        for (const act of ["check", "add"]) {
          const refused = yield* send(act, form)
          const { findings } = refused.answer.checked
          const failed = findings.filter(({ state }: { state: string }) => state === "failed")
          assert.deepStrictEqual(
            failed.map(({ check }: { check: string }) => check),
            ["workspace"],
          )
          assert.notInclude(refused.text, secret)
        }
        assert.deepStrictEqual(yield* rows, [])

        slack.addFaults([{ method: "auth.test", fault: { kind: "htmlError", status: 503 }, times: 3 }])
        const added = yield* send("add", { ...form, "set-token": slack.botToken })
        assert.deepStrictEqual(added.answer, { done: "ops was added." })
        yield* until(Effect.map(rows, ([row]) => row?.state === "Connected"))
      }).pipe(Effect.scoped),
  )

  it.live("adds a connection that works for ConductorOne, and shows what that had it do", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1({ nextPollMillis: 50, nextHeartbeatMillis: 1000 })
      const world = yield* consoleWorld({ environment: { BATON_EXTRA_CA_FILE: c1.caFile } })
      const { slack, folder, worker, workFolder } = world
      const { send, get } = yield* enter(world)
      const added = yield* send("add", {
        name: "ops",
        module: "slack-pro",
        "set-token": slack.botToken,
        "set-client-id": c1.clientId,
        "set-client-secret": c1.clientSecret,
      })
      assert.deepStrictEqual(added.answer, { done: "ops was added." })
      const [id = ""] = yield* c1.addTasks([{ syncFull: {} }])
      const { outcome, assets } = yield* c1.untilFinished(id)
      assert.strictEqual(outcome?.finalState.case, "success", worker.written())
      assert.deepStrictEqual(storedIds(assets[0]?.path ?? ""), expectedIds(slack))
      const shown = Effect.map(get("/live/connection?name=ops"), ({ text }) => JSON.parse(text).shown.connection)
      const table = (page: Effect.Success<typeof shown>, which: string) =>
        page.tables.find((one: { id: string }) => one.id === which).rows
      yield* until(Effect.map(shown, (page) => table(page, "tasks").length === 1 && page.row.state === "Connected"))
      const page = yield* shown
      assert.deepInclude(table(page, "settings"), ["client-secret", "kept by Rollcall"])
      assert.deepInclude(table(page, "settings"), ["client-id", c1.clientId])
      assert.deepStrictEqual(page.secrets.toSorted(), ["client-secret", "token"])
      const asked = (yield* send("sync-now", { name: "ops" })).answer
      assert.match(asked.refused.message, /^ops works for ConductorOne/u)
      // As with a token: it is in its file, and nowhere else.
      assert.strictEqual(readFileSync(join(workFolder, "secrets", "ops.client-secret"), "utf8"), c1.clientSecret)
      assert.property((yield* send("remove", { name: "ops" })).answer, "done")
      for (const text of [JSON.stringify(page), worker.written(), allFiles(folder)])
        assert.notInclude(text, c1.clientSecret)
    }).pipe(Effect.scoped),
  )

  it.live("adds a connection of another team's connector that the worker was started with", () =>
    Effect.gen(function* () {
      const home = yield* scratchFolder("club")
      const name = installClub(home)
      const world = yield* consoleWorld({
        environment: {
          BATON_CONNECTOR: join(home, "node_modules", name),
          BATON_CONSOLE_SETTINGS: `book=${join(home, "club.json")}`,
        },
      })
      const { folder, worker } = world
      const { send, get } = yield* enter(world)
      const added = yield* send("add", { name: "club", module: "club", "set-key": "club_abcdef", "set-every": "6h" })
      assert.deepStrictEqual(added.answer, { done: "club was added." }, worker.written())
      yield* worker.says(/ is in .*club\.c1z/u)
      const { text } = yield* get("/live/connection?name=club")
      assert.strictEqual(JSON.parse(text).shown.connection.row.state, "Connected")
      assert.include(storedIds(join(folder, "club.c1z")), "grant club:C1:key:member:ada")
      assert.notInclude(worker.written() + text, "club_abcdef")
    }).pipe(Effect.scoped),
  )

  it.live("removes no connection while access for a time of it is open, and shows that", () =>
    Effect.gen(function* () {
      const world = yield* consoleWorld()
      const { folder, slack, worker, workFolder } = world
      const leases = join(folder, "leases.db")
      const token = join(folder, "ops.token")
      writeFileSync(token, slack.botToken)
      // By command, as files cannot be named in the console.
      const settings = { "token-file": token, "base-url": slack.webApiUrl, every: "6h", leases }
      yield* askWorker(workFolder, { name: "ops", request: "add", added: { name: "ops", labels: {}, settings } })
      yield* worker.says(/ is in .*ops\.c1z/u)
      const lease: Lease = {
        id: "l1",
        connector: "slack-pro",
        tenant: slack.teamId,
        entitlement: {
          id: "userGroup:S1:member",
          resource: { resourceType: "userGroup", resource: "S1" },
          slug: "member",
        },
        principal: { resourceType: "user", resource: "U1" },
        begunAt: "2026-01-01T00:00:00.000Z",
        endsAt: "2099-01-01T00:00:00.000Z",
        state: "active",
      }
      const put = (one: Lease) =>
        Effect.provide(
          LeaseStore.use((store) => store.put(one)),
          leaseStoreFile(leases),
        )
      yield* put(lease)
      const { get, send } = yield* enter(world)
      const { tables } = JSON.parse((yield* get("/live/connection?name=ops")).text).shown.connection
      assert.deepStrictEqual(tables.find(({ id }: { id: string }) => id === "leases").rows, [
        ["U1", "userGroup:S1:member", "active", "2026-01-01 00:00:00 UTC", "2099-01-01 00:00:00 UTC"],
      ])
      const refused = yield* send("remove", { name: "ops" })
      assert.strictEqual(
        refused.answer.refused.message,
        "ops has 1 open lease, which nothing would end once it is removed.",
      )
      yield* put({ ...lease, state: "ended", closedAs: "expired" })
      assert.property((yield* send("remove", { name: "ops" })).answer, "done")
      // What was named by a path stays where it is.
      assert.isTrue(existsSync(token))
    }).pipe(Effect.scoped),
  )
})
