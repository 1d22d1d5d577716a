// Runs a Node program and measures it as a whole: wall time, processor time and peak memory.
import type { ChildProcess } from "node:child_process"
import { spawn } from "node:child_process"
import { once } from "node:events"

/** What a finished program took. */
export interface Measurement {
  readonly milliseconds: number
  /** Of all its threads, in the program and in the system for it. */
  readonly processorMilliseconds: number
  /** Highest resident set, in MB (10^6 bytes). */
  readonly peakMegabytes: number
  /** What it wrote to files, pipes and sockets, in MB; not known where the system does not tell (`/proc`). */
  readonly writtenMegabytes: number
  readonly stdout: string
}

/**
 * As the program exits, it writes what it took to file descriptor 3: microseconds, kilobytes for `maxRSS`, and bytes for `wchar`, of
 * which proc_pid_io(5) tells. `maxRSS` begins at that of the program that started this one, so the peak is `VmHWM` of proc_pid_status(5)
 * where there is one.
 */
const reportUsage = `
  import { existsSync, readFileSync, writeSync } from "node:fs"
  const told = (file, line) => existsSync(file) ? Number(line.exec(readFileSync(file, "utf8"))[1]) : undefined
  process.on("exit", () => {
    const usage = process.resourceUsage()
    const maxRSS = told("/proc/self/status", /^VmHWM:\\s+(\\d+) kB$/m) ?? usage.maxRSS
    writeSync(3, JSON.stringify({ ...usage, maxRSS, wchar: told("/proc/self/io", /^wchar: (.*)$/m) ?? null }))
  })
`
const reporter = `data:text/javascript,${encodeURIComponent(reportUsage)}`

/** Runs a program to its end; rejects when it fails, with what it said. `watch` is given it as it begins, to end it. */
export const measureNode = async (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {},
  watch: (child: ChildProcess) => void = () => undefined,
): Promise<Measurement> => {
  const began = performance.now()
  const child = spawn(process.execPath, ["--import", reporter, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  })
  watch(child)
  const texts = ["", "", "", ""]
  for (const fd of [1, 2, 3]) child.stdio[fd]?.on("data", (data: Buffer) => (texts[fd] += data.toString()))
  await once(child, "close")
  const milliseconds = performance.now() - began
  if (child.exitCode !== 0) throw new Error(`${args.join(" ")} ended with ${child.exitCode}:\n${texts[2]}`)
  const usage: NodeJS.ResourceUsage & { readonly wchar: number | null } = JSON.parse(texts[3] ?? "")
  return {
    milliseconds,
    processorMilliseconds: (usage.userCPUTime + usage.systemCPUTime) / 1000,
    peakMegabytes: (usage.maxRSS * 1024) / 1e6,
    writtenMegabytes: usage.wchar === null ? Number.NaN : usage.wchar / 1e6,
    stdout: texts[1] ?? "",
  }
}
