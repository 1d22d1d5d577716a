// Runs any program, of ours or not, and measures it with every process that it starts: a connector of two processes, measured by the
// first of them, would seem to take half of what it takes. For Linux, with bash.
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"

/** A command with its arguments, and what it is told by variables beside those of this process. */
export interface Program {
  readonly command: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
  /** Exit codes that are no failure; 0 alone where none is named. */
  readonly endsWith?: ReadonlyArray<number>
}

/** What a program took, all its processes together. */
export interface Taken {
  readonly seconds: number
  /** In the programs, and in the system for them. */
  readonly processorSeconds: number
  /** The sum of the highest resident set of each process (VmHWM), in MB (10^6 bytes). */
  readonly peakMegabytes: number
}

/** How often the peaks are read: they only rise, so that only the growth of a last moment is missed. */
const lookEveryMilliseconds = 10

/** Bash counts what it waited for, and what that waited for; 3 is where it writes that down. */
const counted = `"$@"; code=$?; times >&3; exit $code`

/** Runs a program to its end; rejects where it fails, with what it said. */
export const measureProgram = async ({ command, environment = {}, endsWith = [0] }: Program): Promise<Taken> => {
  forgetCached(process.execPath)
  const began = performance.now()
  const child = spawn("bash", ["-c", counted, "bash", ...command], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe", "pipe"],
  })
  const texts = ["", "", "", ""]
  for (const fd of [2, 3]) child.stdio[fd]?.on("data", (data: Buffer) => (texts[fd] += data.toString()))
  const peaks = new Map<string, number>()
  const look = setInterval(() => readPeaks(String(child.pid), peaks), lookEveryMilliseconds)
  await once(child, "close")
  clearInterval(look)
  const seconds = (performance.now() - began) / 1000
  if (!endsWith.includes(child.exitCode ?? -1)) {
    throw new Error(`${command.join(" ")} ended with ${child.exitCode}:\n${texts[2]}`)
  }
  const kilobytes = [...peaks.values()].reduce((all, one) => all + one, 0)
  return { seconds, processorSeconds: childrenSeconds(texts[3] ?? ""), peakMegabytes: (kilobytes * 1024) / 1e6 }
}

/** The second line of bash's `times` is about its children: user and system, such as `0m1.234s 0m0.056s`. */
const childrenSeconds = (times: string): number =>
  [...(times.split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/gu)]
    .map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds))
    .reduce((all, one) => all + one, 0)

/** Notes the peak of each process below this one. */
const readPeaks = (parent: string, peaks: Map<string, number>): void => {
  for (const child of textOf(`/proc/${parent}/task/${parent}/children`).split(" ").filter(Boolean)) {
    const peak = /^VmHWM:\s+(\d+) kB$/mu.exec(textOf(`/proc/${child}/status`))?.[1]
    if (peak !== undefined) peaks.set(child, Number(peak))
    readPeaks(child, peaks)
  }
}

/** Empty for a process that has ended meanwhile. */
const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

/**
 * Drops a file from the page cache (`posix_fadvise`, by dd of coreutils). Whether Node's binary is mapped in large pages depends on how
 * it came there, and moves every peak by 20 MB.
 */
const forgetCached = (file: string): void =>
  void spawnSync("dd", [`if=${file}`, "iflag=nocache", "count=0", "status=none"], { stdio: "ignore" })
