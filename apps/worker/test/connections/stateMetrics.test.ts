// What /metrics of a real worker says of each of several connections, by which alerts tell the one that needs somebody.
import { assert, describe, it } from "@effect/vitest"
import { askWorker, connectionsFolder } from "@rollcall/host/connections"
import { startSimulator } from "@rollcall/slack-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { bundled, bundledProgram } from "@rollcall/test-kit/bundles"
import { samplesOf, valuesOf } from "../samplesOf.ts"
import { startWorker, until } from "../workerProcess.ts"

const quickPasses = await bundledProgram(new URL("../quickPasses.ts", import.meta.url))

const bundle = await bundled("worker")

const sixHours = 6 * 3600

/** Of each connection, which of its states are 1; all three must be there. */
const statesIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    samplesOf(text)
      .filter(({ name }) => name === "rollcall_connection_up")
      .map(({ labels: { connection = "" } }) => [
        connection,
        ["up", "served", "paused"]
          .filter((state) => {
            const [value] = valuesOf(text, `rollcall_connection_${state}`, { connection })
            return value === undefined ? assert.fail(`${connection} lacks ${state}`) : value === 1
          })
          .join(" "),
      ]),
  )

describe("the metrics of connections", () => {
  it.live("say which is served, works and is paused, and when its next data is due, and go with it", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("connections")
      const path = join(folder, "connections.yaml")
      const slack = yield* startSimulator({ users: 20, rateLimits: "off" })
      writeFileSync(join(folder, "right"), slack.botToken)
      writeFileSync(join(folder, "wrong"), "xoxb-of-another-workspace")
      const entry = (name: string, token: string, every: string) =>
        `  ${name}: { token-file: ${join(folder, token)}, base-url: "${slack.webApiUrl}", rate-limits: off, every: "${every}" }`
      const dead = entry("dead", "wrong", "6h")
      const [live, weekly] = [entry("live", "right", "6h"), entry("weekly", "right", "0 3 * * 0")]
      const write = (...entries: ReadonlyArray<string>) => writeFileSync(path, `connections:\n${entries.join("\n")}\n`)
      write(live, dead, weekly, "  odd: { token: xoxb-1-secret }")
      const worker = yield* startWorker({
        program: quickPasses,
        environment: {
          BATON_CONNECTIONS: path,
          BATON_FILE: join(folder, "sync.c1z"),
          BATON_C1Z_TEMP_DIR: folder,
          BATON_LOG_FORMAT: "json",
          TZ: "UTC",
        },
      })
      const shows = (expected: Readonly<Record<string, string>>) =>
        until(
          Effect.map(Effect.option(worker.ask("/metrics")), (answer) => {
            const shown = answer._tag === "Some" ? statesIn(answer.value.text) : {}
            return (
              Object.keys(shown).length === Object.keys(expected).length &&
              Object.entries(expected).every(([name, states]) => shown[name] === states)
            )
          }),
        )
      yield* shows({ live: "up served", dead: "served", weekly: "up served", odd: "" })
      yield* worker.says(/Sync published/u)
      // The first sync of one that is refused is due, and stays so.
      const startedBefore = Date.now() / 1000
      yield* worker.says(/The sync failed\./u)
      yield* until(
        Effect.map(worker.ask("/metrics"), ({ text }) => {
          const [ended = 0] = valuesOf(text, "rollcall_sync_last_success_timestamp_seconds", { connection: "live" })
          const dueOf = (connection: string) =>
            valuesOf(text, "rollcall_sync_due_timestamp_seconds", { connection })[0] ?? 0
          const sunday = new Date(dueOf("weekly") * 1000)
          return (
            Math.abs(dueOf("live") - ended - sixHours) < 0.01 &&
            dueOf("dead") > 0 &&
            dueOf("dead") < startedBefore &&
            `${sunday.getUTCDay()} ${sunday.getUTCHours()}` === "0 3"
          )
        }),
      )
      // As it is asked in a pod, whose image has no other client.
      const probe = promisify(execFile)(process.execPath, [bundle, "health", "--endpoint", "connections"], {
        env: { BATON_HEALTH_CHECK_PORT: String(worker.port) },
      })
      const { stdout } = yield* Effect.promise(() => probe)
      assert.deepStrictEqual(JSON.parse(stdout), JSON.parse((yield* worker.ask("/connections")).text))
      const socket = connectionsFolder(path, folder)
      yield* askWorker(socket, { name: "live", request: "pause" })
      write(live, weekly)
      yield* shows({ live: "up served paused", weekly: "up served" })
      const { text } = yield* worker.ask("/metrics")
      assert.deepStrictEqual(
        samplesOf(text).filter(({ labels }) => labels["connection"] === "dead"),
        [],
      )
    }).pipe(Effect.scoped),
  )
})
