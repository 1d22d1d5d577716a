// Runs a Node program and measures it as a whole: wall time and peak memory.
import { spawn } from "node:child_process"
import { once } from "node:events"

/** What a finished program took. */
export interface Measurement {
  readonly milliseconds: number
  /** Highest resident set, in MB (10^6 bytes). */
  readonly peakMegabytes: number
  readonly stdout: string
}

/** As the program exits, it writes its peak resident set in kilobytes to file descriptor 3. */
const reportPeakMemory = `
  import { writeSync } from "node:fs"
  process.on("exit", () => writeSync(3, String(process.resourceUsage().maxRSS)))
`
const reporter = `data:text/javascript,${encodeURIComponent(reportPeakMemory)}`

/** Runs a program to its end; rejects when it fails, with what it said. */
export const measureNode = async (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Measurement> => {
  const began = performance.now()
  const child = spawn(process.execPath, ["--import", reporter, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  })
  const texts = ["", "", "", ""]
  for (const fd of [1, 2, 3]) child.stdio[fd]?.on("data", (data: Buffer) => (texts[fd] += data.toString()))
  await once(child, "close")
  const milliseconds = performance.now() - began
  if (child.exitCode !== 0) throw new Error(`${args.join(" ")} ended with ${child.exitCode}:\n${texts[2]}`)
  return { milliseconds, peakMegabytes: (Number(texts[3]) * 1024) / 1e6, stdout: texts[1] ?? "" }
}
