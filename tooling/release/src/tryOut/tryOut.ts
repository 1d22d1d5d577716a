// What is tried of each artefact, whatever it is: the same commands, against the same simulated Slack.
import type { RunningSimulator } from "@rollcall/slack-simulator"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout } from "node:timers/promises"
import type { Installed } from "./Artefact.ts"
import type { Ended, EmptyRoot, RunInside } from "./EmptyRoot.ts"

/** The workspace at two times: somebody has come in between. */
export interface Workspaces {
  readonly before: RunningSimulator
  readonly after: RunningSimulator
}

interface Trial {
  readonly version: string
  readonly root: EmptyRoot
  readonly workspaces: Workspaces
}

/** What came out wrong, one sentence each. */
export const tryOut = async (trial: Trial, installed: Installed): Promise<ReadonlyArray<string>> => [
  ...(installed.rollcall === undefined ? [] : await tryCommand(trial, installed.rollcall)),
  ...(installed.worker === undefined ? [] : await tryWorker(trial, installed.worker)),
]

const tryCommand = async ({ version, root, workspaces }: Trial, rollcall: ReadonlyArray<string>) => {
  const faults: Array<string> = []
  const expect = async (args: ReadonlyArray<string>, code: number, says: RegExp, options?: RunInside) => {
    const ended = await root.run([...rollcall, ...args], options)
    if (ended.code !== code || !says.test(ended.out + ended.err)) faults.push(describe(args, ended))
  }
  await expect(["--version"], 0, new RegExp(`^rollcall v?${version.replaceAll(".", "\\.")}\\b`, "u"))
  await expect(["demo"], 0, /What to try next/u)
  await expect(["sync", "-f", "before.c1z"], 0, /before\.c1z: /u, settings(workspaces.before))
  await expect(["sync", "-f", "after.c1z"], 0, /after\.c1z: /u, settings(workspaces.after))
  await expect(["diff", "before.c1z", "after.c1z", "--exit-code"], 2, /came|new|added/iu)
  await expect(["report", "-f", "after.c1z", "--out", "report.html"], 0, /report\.html/u)
  const report = join(root.folder, "work/report.html")
  if (!existsSync(report) || !readFileSync(report, "utf8").includes("<!doctype html>"))
    faults.push("report.html is no page.")
  return faults
}

const tryWorker = async ({ version, root, workspaces }: Trial, worker: ReadonlyArray<string>) => {
  const faults: Array<string> = []
  const shown = await root.run([...worker, "--version"])
  if (!shown.out.includes(version)) faults.push(describe(["--version"], shown))
  const port = String(20_000 + (process.pid % 10_000))
  const { environment } = settings(workspaces.before)
  const probed = { BATON_HEALTH_CHECK: "true", BATON_HEALTH_CHECK_PORT: port }
  const running = root.start([...worker], {
    environment: {
      ...environment,
      ...probed,
      BATON_EVERY: "1h",
      BATON_FILE: "worker.c1z",
      BATON_C1Z_TEMP_DIR: ".",
    },
  })
  const probe = () => root.run([...worker, "health"], { environment: probed })
  let last = await probe()
  for (
    let tries = 0;
    tries < 120 && (last.code !== 0 || !existsSync(join(root.folder, "work/worker.c1z")));
    tries += 1
  ) {
    await setTimeout(500)
    last = await probe()
  }
  if (last.code !== 0) faults.push(describe(["health"], last))
  const ended = await running.end()
  if (ended.code !== 0 || !existsSync(join(root.folder, "work/worker.c1z"))) faults.push(describe([], ended))
  return faults
}

const settings = ({ botToken, webApiUrl }: RunningSimulator) => ({
  environment: { BATON_TOKEN: botToken, BATON_BASE_URL: webApiUrl, BATON_RATE_LIMITS: "off" },
})

const describe = (args: ReadonlyArray<string>, { code, out, err }: Ended): string =>
  `${args.join(" ") || "the worker"} ended with ${code}:\n${out.slice(-2000)}${err.slice(-4000)}`
