// The desired state held against each sync by a real worker: between simulators of Slack and ConductorOne, and on a schedule.
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { RunningSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { isSigned, startReceiver } from "./receiver.ts"
import { valuesOf } from "./samplesOf.ts"
import { serviceWorld } from "./serviceWorld.ts"
import { startWorker, until } from "./workerProcess.ts"

const secret = `whsec_${Buffer.from("a key of thirty two bytes, as is").toString("base64")}`

const groupsOf = (slack: RunningSimulator) => [...slack.state()].flatMap((entry) => ("group" in entry ? [entry] : []))

/** A desired state in which each IdP group has just those who are in it. */
const stateAsItIs = (slack: RunningSimulator) =>
  `entitlements:\n${groupsOf(slack)
    .map(
      ({ group, members }) =>
        `  - id: "group:${group}:member"\n    mode: only\n    members: ${JSON.stringify(members)}\n    allowEmpty: true\n`,
    )
    .join("")}`

/** What somebody does with Slack who does not use Rollcall. */
const byHand = (slack: RunningSimulator, group: string, operation: object) =>
  Effect.promise(async () => {
    const { ok, status } = await fetch(`${slack.scimUrl}v2/Groups/${group}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${slack.userToken}`, "content-type": "application/json" },
      body: JSON.stringify({ schemas: ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], Operations: [operation] }),
    })
    assert.isTrue(ok, String(status))
  })

describe("a worker with a desired state", () => {
  it.live("tells a webhook when drift appears, changes and ends, and not in between, with metrics and log lines", () =>
    Effect.gen(function* () {
      const { slack, start, done, workFolder } = yield* serviceWorld()
      const receiver = yield* startReceiver()
      const { received } = receiver
      const folder = yield* scratchFolder("drift")
      const [file, url, key] = ["access.yaml", "url", "key"].map((name) => join(folder, name))
      writeFileSync(file ?? "", stateAsItIs(slack))
      writeFileSync(url ?? "", `${receiver.url}\n`)
      writeFileSync(key ?? "", `${secret}\n`)
      const environment = {
        BATON_DRIFT_FILE: file ?? "",
        BATON_DRIFT_WEBHOOK_URL_FILE: url ?? "",
        BATON_DRIFT_WEBHOOK_SECRET_FILE: key ?? "",
        BATON_LOG_LEVEL: "debug",
      }
      const worker = yield* start({ environment })
      const [group] = groupsOf(slack).filter(({ members }) => members.length > 1)
      const [leaver = "", other = ""] = group?.members ?? []
      const id = group?.group ?? ""
      const synced = done({ syncFull: {} })
      const remove = (who: string) => byHand(slack, id, { op: "remove", path: `members[value eq "${who}"]` })
      const add = (...all: ReadonlyArray<string>) =>
        byHand(slack, id, { op: "add", path: "members", value: all.map((value) => ({ value })) })
      const told = () => received.map(({ body }) => JSON.parse(body))
      const arrived = (count: number) => until(Effect.sync(() => received.length >= count))

      const calls = () => Object.values(slack.calls()).reduce((sum, count) => sum + count, 0)
      yield* synced
      yield* worker.says("No drift: all is as desired.")
      assert.deepStrictEqual(told(), [])
      const callsOfSync = calls()

      yield* remove(leaver)
      let release = (): void => undefined
      receiver.answer({ status: 503, after: new Promise<void>((resume) => (release = resume)) })
      const callsBefore = calls()
      yield* synced
      assert.isAtMost(calls() - callsBefore, callsOfSync, "no further call of Slack")
      yield* synced
      assert.lengthOf(received, 1, "tasks end while the receiver has not answered")
      release()
      yield* arrived(2)
      yield* worker.says("The webhook was notified of drift.")
      assert.strictEqual(received[0]?.headers["webhook-id"], received[1]?.headers["webhook-id"])
      assert.isTrue(received.every((message) => isSigned(message, secret)))
      const [, found] = told()
      assert.strictEqual(found?.type, "drift.found")
      assert.deepStrictEqual(found?.data.people, { missing: 1, extra: 0, blocked: 0 })
      assert.deepStrictEqual(found?.data.differing[0].missing, { count: 1, principals: [{ id: `user:${leaver}` }] })
      const { text } = yield* worker.ask("/metrics")
      assert.deepStrictEqual(valuesOf(text, "rollcall_drift_people", { kind: "missing" }), [1])
      assert.deepStrictEqual(valuesOf(text, "rollcall_drift_entitlements", { state: "differs" }), [1])
      assert.deepStrictEqual(valuesOf(text, "rollcall_drift_file_valid"), [1])
      assert.deepStrictEqual(valuesOf(text, "rollcall_drift_comparisons_total", { outcome: "success" }), [3])
      assert.deepStrictEqual(valuesOf(text, "rollcall_drift_messages_total", { outcome: "success" }), [1])
      const line = worker.logs().find(({ message }) => message.startsWith("Drift:"))
      assert.deepStrictEqual(line?.annotations["drift"], [
        { entitlement: `group:${id}:member`, missing: [`user:${leaver}`], extra: [] },
      ])

      // Neither the same drift nor a restart is news: the next message is of the next change.
      yield* synced
      yield* worker.kill("SIGTERM")
      yield* worker.ended
      const second = yield* start({ environment })
      yield* synced
      yield* remove(other)
      yield* synced
      yield* arrived(3)
      assert.deepStrictEqual([told().at(-1)?.type, told().at(-1)?.data.people.missing], ["drift.changed", 2])
      yield* add(leaver, other)
      yield* synced
      yield* arrived(4)
      assert.deepStrictEqual([told().at(-1)?.type, told().at(-1)?.data.people.missing], ["drift.ended", 0])
      assert.lengthOf(received, 4)

      const kept = readdirSync(workFolder).filter((name) => /^drift-.+\.json$/u.test(name))
      assert.lengthOf(kept, 1)
      const all = `${worker.written()}${second.written()}${readFileSync(join(workFolder, kept[0] ?? ""), "utf8")}`
      for (const part of ["s3cr3tpath", new URL(receiver.url).host, secret.slice(6)]) {
        assert.notInclude(all, part)
      }
    }).pipe(Effect.scoped),
  )

  it.live("goes on where the file came to be wrong, says so, and compares again once it is right", () =>
    Effect.gen(function* () {
      const { slack, start, done } = yield* serviceWorld()
      const file = join(yield* scratchFolder("drift"), "access.yaml")
      const entry = (id: string, more: string) => `  - id: "${id}"\n    mode: only\n    ${more}\n`
      const [group] = groupsOf(slack)
      writeFileSync(file, "entitlements: [")
      const worker = yield* start({ environment: { BATON_DRIFT_FILE: file } })
      const isSynced = Effect.map(done({ syncFull: {} }), ({ outcome }) => outcome?.finalState.case === "success")
      assert.isTrue(yield* isSynced)
      yield* worker.says(/not compared with the desired state\. .+line 1: it is not valid YAML/u)
      const metrics = () => Effect.map(worker.ask("/metrics"), ({ text }) => text)
      assert.deepStrictEqual(valuesOf(yield* metrics(), "rollcall_drift_file_valid"), [0])
      assert.deepStrictEqual(valuesOf(yield* metrics(), "rollcall_drift_comparisons_total", { outcome: "error" }), [1])
      rmSync(file)
      assert.isTrue(yield* isSynced)
      yield* worker.says(/not compared with the desired state\. .+there is no such file/u)

      writeFileSync(
        file,
        `entitlements:\n${entry(`group:${group?.group}:member`, `members: ${JSON.stringify(group?.members)}`)}` +
          entry("group:S0GONE:member", "members: [U1]") +
          entry(`workspaceRole:${slack.teamId}:owner:assigned`, "members: [nobody@example.com]"),
      )
      assert.isTrue(yield* isSynced)
      yield* worker.says("No drift in what the sync shows.")
      yield* worker.says(
        "The entry group:S0GONE:member of the desired state cannot be compared: there is no entitlement",
      )
      yield* worker.says(/cannot be compared: <address>: no user has this address or id/u)
      const text = yield* metrics()
      const states = ["same", "differs", "unclear"].flatMap((state) =>
        valuesOf(text, "rollcall_drift_entitlements", { state }),
      )
      assert.deepStrictEqual(states, [1, 0, 2])
      assert.deepStrictEqual(valuesOf(text, "rollcall_drift_file_valid"), [1])
    }).pipe(Effect.scoped),
  )

  it.live("on a schedule compares what its sync shows, and tells Slack's incoming webhooks in their form", () =>
    Effect.gen(function* () {
      const { slack, environment: forC1 } = yield* serviceWorld()
      const receiver = yield* startReceiver()
      const folder = yield* scratchFolder("drift")
      const [file, output] = [join(folder, "access.yaml"), join(folder, "sync.c1z")]
      const [group] = groupsOf(slack).filter(({ members }) => members.length > 0)
      writeFileSync(
        file,
        `entitlements:\n  - id: "group:${group?.group}:member"\n    mode: only\n    members: []\n    allowEmpty: true\n`,
      )
      const environment = {
        ...forC1,
        BATON_CLIENT_ID: "",
        BATON_CLIENT_SECRET: "",
        BATON_C1Z_TEMP_DIR: "",
        BATON_EVERY: "6h",
        BATON_FILE: output,
        BATON_DRIFT_FILE: file,
        BATON_DRIFT_WEBHOOK_URL: receiver.url,
        BATON_DRIFT_WEBHOOK_FORMAT: "slack",
        BATON_DRIFT_WEBHOOK_NAMES: "true",
      }
      const narrowed = yield* startWorker({ environment: { ...environment, BATON_SYNC_RESOURCE_TYPES: "workspace" } })
      yield* narrowed.says(/1 entries were not compared\. .+group:.+:member: the sync /u)
      const { text: metrics } = yield* narrowed.ask("/metrics")
      assert.deepStrictEqual(valuesOf(metrics, "rollcall_drift_entitlements", { state: "unknown" }), [1])
      assert.deepStrictEqual(valuesOf(metrics, "rollcall_drift_people", { kind: "extra" }), [0])
      yield* narrowed.kill("SIGTERM")
      yield* narrowed.ended
      assert.deepStrictEqual(receiver.received, [], "what was not read is no drift")

      yield* startWorker({ environment: { ...environment, BATON_ALLOW_SHRINK_UNTIL: "9999-12-31" } })
      yield* until(Effect.sync(() => receiver.received.length > 0))
      const { text, blocks } = JSON.parse(receiver.received[0]?.body ?? "")
      assert.include(text, `${group?.members.length ?? 0} `)
      assert.include(blocks[0].text.text, `user:${group?.members[0]})`)
      yield* until(Effect.sync(() => existsSync(`${output}.drift.json`)))
    }).pipe(Effect.scoped),
  )

  for (const [what, settings, says] of [
    [
      "a file that is not there",
      { BATON_DRIFT_FILE: "/nowhere/access.yaml" },
      /BATON_DRIFT_FILE: .+there is no such file/u,
    ],
    [
      "the address of a webhook in the place of a file",
      { BATON_DRIFT_FILE: "https://hooks.slack.com/services/T0/B0/s3cr3tpath" },
      /BATON_DRIFT_FILE: .+there is no such file/u,
    ],
    [
      "an address that is not https and not of this machine",
      { BATON_DRIFT_WEBHOOK_URL: "http://hooks.example/s3cr3tpath", BATON_DRIFT_WEBHOOK_SECRET: secret },
      /BATON_DRIFT_WEBHOOK_URL cannot be used\. It must be a URL that begins with https/u,
    ],
    [
      "a secret that is none",
      { BATON_DRIFT_WEBHOOK_URL: "https://hooks.example/s3cr3tpath", BATON_DRIFT_WEBHOOK_SECRET: "whsec_s3cr3tpath" },
      /BATON_DRIFT_WEBHOOK_SECRET cannot be used\. .+24 to 64 bytes/u,
    ],
    [
      "a webhook whose messages would not be signed",
      { BATON_DRIFT_WEBHOOK_URL: "https://hooks.example/s3cr3tpath" },
      /BATON_DRIFT_WEBHOOK_URL is set without BATON_DRIFT_WEBHOOK_SECRET/u,
    ],
    [
      "a webhook without a desired state",
      { BATON_DRIFT_FILE: "", BATON_DRIFT_WEBHOOK_URL: "https://hooks.example/s3cr3tpath" },
      /BATON_DRIFT_WEBHOOK_URL needs drift-file/u,
    ],
  ] as const) {
    it.live(`ends with 78 at its start for ${what}, and quotes no secret`, () =>
      Effect.gen(function* () {
        const file = join(yield* scratchFolder("drift"), "access.yaml")
        writeFileSync(file, "entitlements:\n  - id: group:S1:member\n    mode: at-least\n    members: []\n")
        const worker = yield* startWorker({
          environment: { BATON_TOKEN: "xoxb-1-1-abc", BATON_EVERY: "6h", BATON_DRIFT_FILE: file, ...settings },
        })
        assert.strictEqual(yield* worker.ended, 78)
        yield* worker.says(says)
        assert.notInclude(worker.written(), "s3cr3tpath")
      }).pipe(Effect.scoped),
    )
  }

  it.live("takes the address of a webhook from no file that merely stands in its folder", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("drift")
      writeFileSync(join(folder, "access.yaml"), "entitlements: []\n")
      writeFileSync(join(folder, ".baton.yaml"), "drift-webhook-url: https://elsewhere.example/s3cr3tpath\n")
      const worker = yield* startWorker({
        folder,
        environment: {
          BATON_TOKEN: "xoxb-1-1-abc",
          BATON_EVERY: "6h",
          BATON_DRIFT_FILE: "access.yaml",
          BATON_DRIFT_WEBHOOK_FORMAT: "slack",
        },
      })
      assert.strictEqual(yield* worker.ended, 78)
      yield* worker.says(/drift-webhook-url \(.+\) is not taken from a file that stands in the current folder/u)
      assert.notInclude(worker.written(), "s3cr3tpath")
    }).pipe(Effect.scoped),
  )
})
