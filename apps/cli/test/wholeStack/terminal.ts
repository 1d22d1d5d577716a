// The command on a pseudo-terminal, with somebody who types.
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { tmpdir } from "node:os"
import { bundled } from "@rollcall/test-kit/bundles"

const program = await bundled("cli")

/** Whether the machine has util-linux's `script`, which makes the terminal. */
export const hasTerminals = spawnSync("script", ["--version"]).stdout?.toString().includes("util-linux") ?? false

/** Runs the command on a terminal; when it asks, `answer` is typed. What it says and the exit code come back. */
export const runOnTerminal = async (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>>,
  answer: string,
): Promise<{ readonly code: number | null; readonly shown: string }> => {
  const command = [process.execPath, program, ...args].map((word) => `'${word}'`).join(" ")
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    cwd: tmpdir(),
    env: { ...process.env, NO_COLOR: "1", ...environment },
    stdio: "pipe",
  })
  let shown = ""
  let answered = false
  child.stdout.on("data", (data: Buffer) => {
    shown += data.toString()
    if (answered || !shown.includes("Proceed?")) return
    answered = true
    child.stdin.write(answer)
  })
  await once(child, "close")
  return { code: child.exitCode, shown }
}
