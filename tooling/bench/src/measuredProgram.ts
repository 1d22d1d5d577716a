// Runs any program, of ours or not, and measures it with every process that it starts: a connector of two processes, measured by the
// first of them, would seem to take half of what it takes. For Linux, with bash.
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { readdirSync, readFileSync } from "node:fs"

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
  const seen = new Map<string, Seen>()
  const look = setInterval(() => lookBelow(String(child.pid), seen), lookEveryMilliseconds)
  await once(child, "close")
  clearInterval(look)
  const seconds = (performance.now() - began) / 1000
  if (!endsWith.includes(child.exitCode ?? -1)) {
    throw new Error(`${command.join(" ")} ended with ${child.exitCode}:\n${texts[2]}`)
  }
  const sum = (of: (one: Seen) => number) => [...seen.values()].reduce((all, one) => all + of(one), 0)
  return {
    seconds,
    // Bash does not know what a process took that no other waited for, such as the second one of the Go connector.
    processorSeconds: Math.max(
      childrenSeconds(texts[3] ?? ""),
      sum(({ processorSeconds }) => processorSeconds),
    ),
    peakMegabytes: (sum(({ peakKilobytes }) => peakKilobytes) * 1024) / 1e6,
  }
}

/** The second line of bash's `times` is about its children: user and system, such as `0m1.234s 0m0.056s`. */
const childrenSeconds = (times: string): number =>
  [...(times.split("\n")[1] ?? "").matchAll(/(\d+)m([\d.]+)s/gu)]
    .map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds))
    .reduce((all, one) => all + one, 0)

/** What a process has taken when it was last looked at; both only rise. */
interface Seen {
  readonly processorSeconds: number
  readonly peakKilobytes: number
}

/** The kernel counts in hundredths of a second, whatever it runs at (USER_HZ). */
const ticksInSecond = 100

/** Notes what each process below this one has taken. Any thread of a process may have started another. */
const lookBelow = (parent: string, seen: Map<string, Seen>): void => {
  for (const child of childrenOf(parent)) {
    const peak = /^VmHWM:\s+(\d+) kB$/mu.exec(textOf(`/proc/${child}/status`))?.[1]
    // After the name, which may hold anything: state, parent, …, and the twelfth and thirteenth are the times, user and system.
    const [user, system] = textOf(`/proc/${child}/stat`).split(") ").at(-1)?.split(" ").slice(11, 13).map(Number) ?? []
    if (peak !== undefined && user !== undefined && system !== undefined) {
      seen.set(child, { processorSeconds: (user + system) / ticksInSecond, peakKilobytes: Number(peak) })
    }
    lookBelow(child, seen)
  }
}

const childrenOf = (parent: string): ReadonlyArray<string> => {
  try {
    return readdirSync(`/proc/${parent}/task`).flatMap((thread) =>
      textOf(`/proc/${parent}/task/${thread}/children`).split(" ").filter(Boolean),
    )
  } catch {
    return []
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
