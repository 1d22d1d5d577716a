// A worker in service mode between two simulators: a Slack Business+ and a ConductorOne, each on a port of its own.
import type { C1Options } from "@rollcall/c1-simulator"
import { startC1 } from "@rollcall/c1-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { SimulatorOptions as SlackOptions } from "@rollcall/slack-simulator"
import { startSimulator as startSlack } from "@rollcall/slack-simulator"
import { Clock, Effect } from "effect"
import { join } from "node:path"
import type { WorkerOptions } from "./workerProcess.ts"
import { startWorker } from "./workerProcess.ts"

/** What the two simulators are told. */
export interface WorldOptions {
  readonly slack?: SlackOptions
  readonly c1?: C1Options
  /** The clocks that Slack and ConductorOne go by; the test's own by default. */
  readonly slackClock?: Clock.Clock
  readonly c1Clock?: Clock.Clock
}

/** Both simulators, a work folder, and how workers are started between them. */
export const serviceWorld = Effect.fnUntraced(function* (options: WorldOptions = {}) {
  const slack = yield* startSlack({
    plan: "business-plus",
    users: 60,
    userGroups: 3,
    idpGroups: 3,
    rateLimits: "off",
    activeDelayMillis: 0,
    ...options.slack,
  }).pipe(Effect.provideService(Clock.Clock, options.slackClock ?? (yield* Clock.Clock)))
  const c1 = yield* startC1({ nextPollMillis: 50, nextHeartbeatMillis: 1000, ...options.c1 }).pipe(
    Effect.provideService(Clock.Clock, options.c1Clock ?? (yield* Clock.Clock)),
  )
  const workFolder = join(yield* scratchFolder("worker"), "work")
  const environment = {
    BATON_TOKEN: slack.botToken,
    BATON_BUSINESS_PLUS_TOKEN: slack.userToken,
    BATON_BASE_URL: slack.webApiUrl,
    BATON_SCIM_BASE_URL: slack.scimUrl,
    BATON_RATE_LIMITS: "off",
    BATON_CLIENT_ID: c1.clientId,
    BATON_CLIENT_SECRET: c1.clientSecret,
    BATON_EXTRA_CA_FILE: c1.caFile,
    BATON_HOST_ID: "rollcall-test",
    BATON_PROVISIONING: "true",
    BATON_C1Z_TEMP_DIR: workFolder,
  }
  const start = (worker: WorkerOptions = {}) =>
    startWorker({ ...worker, environment: { ...environment, ...worker.environment } })
  /** Puts a task at the end of the queue and waits until the worker has finished it. */
  const done = (task: Parameters<typeof c1.addTasks>[0][number]) =>
    Effect.gen(function* () {
      const [id = ""] = yield* c1.addTasks([task])
      return yield* c1.untilFinished(id)
    })
  return { slack, c1, workFolder, environment, start, done }
})
