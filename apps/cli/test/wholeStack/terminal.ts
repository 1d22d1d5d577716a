// The command on a pseudo-terminal, with somebody who types.
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { started } from "@rollcall/test-kit/bundles"

const program = await started("cli")

/** Whether the machine has util-linux's `script`, which makes the terminal. */
export const hasTerminals = spawnSync("script", ["--version"]).stdout?.toString().includes("util-linux") ?? false

/** What the command asks, and what is then typed. */
export type Answered = readonly [asked: string, typed: string]

/**
 * Runs the command on a terminal; when it has asked, what belongs to the question is typed. What it says, the exit code and the settings of
 * the terminal afterwards, as `stty -a` says them, come back.
 */
export const runOnTerminal = async (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>>,
  answers: ReadonlyArray<Answered>,
  folder: string = tmpdir(),
): Promise<{ readonly code: number | null; readonly shown: string; readonly terminal: string }> => {
  const command = [...program, ...args].map((word) => `'${word}'`).join(" ")
  const whole = `${command}; code=$?; echo; echo ${mark}; stty -a; exit $code`
  const child = spawn("script", ["--quiet", "--return", "--command", whole, "/dev/null"], {
    cwd: folder,
    env: { ...process.env, TERM: "xterm", NO_COLOR: "1", ...environment },
    stdio: "pipe",
  })
  let all = ""
  let seen = 0
  const left = [...answers]
  child.stdout.setEncoding("utf8").on("data", (data: string) => {
    all += data
    const [asked, typed] = left[0] ?? []
    if (asked === undefined || typed === undefined || !all.slice(seen).includes(asked)) return
    left.shift()
    seen = all.length
    child.stdin.write(typed)
  })
  await once(child, "close")
  const [shown = "", terminal = ""] = all.split(`\r\n${mark}\r\n`)
  return { code: child.exitCode, shown, terminal }
}

const mark = "-- the terminal afterwards --"
