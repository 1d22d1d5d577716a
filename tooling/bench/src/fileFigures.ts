// How many of the project's files a sync, a grant and a task of ConductorOne pass through: those in which a function ran, by the
// coverage that V8 reports. The body of a module does not count, as all that is loaded has run it. It is what a person reads who
// follows one of the three from its beginning to its end.
import type { ChildProcess } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import type { Figure } from "./Figure.ts"
import { measureNode } from "./measuredProcess.ts"
import type { SlackReady } from "./simulatedProcesses.ts"
import { startSimulatedC1, startSimulatedSlack } from "./simulatedProcesses.ts"

const source = (app: "cli" | "worker") => fileURLToPath(new URL(`../../../apps/${app}/src/main.ts`, import.meta.url))

/** The figures, and the files behind them: each with the runs that pass through it. */
export const fileFigures = Effect.gen(function* () {
  const folder = yield* scratchFolder("bench")
  const slack = yield* startSimulatedSlack(source("cli"), {
    plan: "business-plus",
    users: 100,
    userGroups: 10,
    idpGroups: 5,
  })
  const c1 = yield* startSimulatedC1(1000)
  const environment = { ...environmentOf(slack), XDG_STATE_HOME: folder }
  const file = join(folder, "sync.c1z")
  const rollcall = (...args: ReadonlyArray<string>) => [source("cli"), ...args, "--file", file]
  const runs = {
    sync: () => covered(folder, "sync", rollcall("sync"), environment),
    grant: async () => {
      const { stdout } = await measureNode(
        rollcall("grants", "-o", "ndjson", "--columns", "entitlementId,principalId"),
        environment,
      )
      return covered(folder, "grant", rollcall("grant", ...missingGrant(stdout), "--yes"), environment)
    },
    task: () =>
      covered(
        folder,
        "task",
        [source("worker")],
        {
          ...environment,
          BATON_CLIENT_ID: c1.clientId,
          BATON_CLIENT_SECRET: c1.clientSecret,
          BATON_EXTRA_CA_FILE: c1.caFile,
          BATON_C1Z_TEMP_DIR: folder,
        },
        stopAfterTask,
      ),
  }
  const bounds = { sync: 132, grant: 102, task: 170 }
  const names = {
    sync: "files that `rollcall sync` of Business+ passes through",
    grant: "files that `rollcall grant` passes through",
    task: "files that a full-sync task of ConductorOne passes through",
  }
  const figures: Array<Figure> = []
  const passed: Array<{ readonly run: string; readonly files: ReadonlyArray<string> }> = []
  for (const run of ["sync", "grant", "task"] as const) {
    const files = yield* Effect.promise(runs[run])
    figures.push({ name: names[run], measured: files.length, unit: "files", atMost: bounds[run] })
    passed.push({ run, files })
  }
  return { figures, passed }
}).pipe(Effect.scoped)

const environmentOf = (slack: SlackReady) => ({
  BATON_TOKEN: slack.botToken,
  BATON_BUSINESS_PLUS_TOKEN: slack.userToken,
  BATON_BASE_URL: slack.webApiUrl,
  BATON_SCIM_BASE_URL: slack.scimUrl,
  BATON_RATE_LIMITS: "off",
})

/** Runs the program to its end, and gives the files of the project that it passed through. */
const covered = async (
  folder: string,
  run: string,
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>>,
  watch?: (child: ChildProcess) => void,
): Promise<ReadonlyArray<string>> => {
  const coverage = join(folder, run)
  await measureNode(args, { ...environment, NODE_V8_COVERAGE: coverage }, watch)
  const reports = readdirSync(coverage).map((name): CoverageReport =>
    JSON.parse(readFileSync(join(coverage, name), "utf8")),
  )
  const passed = reports.flatMap(({ result }) => result.filter(ranBeyondItsBody).flatMap(({ url }) => fileOf(url)))
  return [...new Set(passed)].toSorted()
}

/** Where `NODE_V8_COVERAGE` says so: https://nodejs.org/api/cli.html#node_v8_coveragedir */
interface CoverageReport {
  readonly result: ReadonlyArray<ScriptCoverage>
}

interface ScriptCoverage {
  readonly url: string
  /** The first is the body of the module. */
  readonly functions: ReadonlyArray<{ readonly ranges: ReadonlyArray<{ readonly count: number }> }>
}

const ranBeyondItsBody = ({ functions: [, ...functions] }: ScriptCoverage): boolean =>
  functions.some(({ ranges: [whole] }) => whole !== undefined && whole.count > 0)

/** Its path in the project, where it is a source of an app or a package. */
const fileOf = (url: string): ReadonlyArray<string> => {
  const path = /\/((?:apps|packages)\/.*\/src\/.*\.ts)$/u.exec(url)?.[1]
  return path === undefined || url.includes("/node_modules/") ? [] : [path]
}

interface ListedGrant {
  readonly entitlementId: string
  readonly principalId: string
}

/** The flags of a grant that is not there yet: the first IdP group, and somebody of another one, who is no guest then, who is not in it. */
const missingGrant = (listed: string): ReadonlyArray<string> => {
  const grants = listed
    .trimEnd()
    .split("\n")
    .map((line): ListedGrant => JSON.parse(line))
  const entitlement = grants.find((it) => it.entitlementId.startsWith("group:"))?.entitlementId
  const members = grants.filter((it) => it.entitlementId === entitlement).map((it) => it.principalId)
  const other = grants.find((it) => it.entitlementId.startsWith("group:") && !members.includes(it.principalId))
  if (entitlement === undefined || other === undefined) throw new Error("Nobody is outside an IdP group.")
  return ["--entitlement", entitlement, "--principal", other.principalId]
}

const stopAfterTask = (worker: ChildProcess): void => {
  if (worker.stderr === null) return
  createInterface({ input: worker.stderr }).on("line", (line) => {
    if (line.includes("Task succeeded.")) worker.kill("SIGTERM")
  })
}
