// A step of publishing. What is published already is passed over, so that a run that stopped midway is run again.
import { execFile } from "node:child_process"
import { Unmade } from "../Part.ts"

export interface Step {
  /** What is published, as the one who releases reads it: `npm @rollcall/cli 1.2.3`. */
  readonly name: string
  /** Whether the place has it already, with the same content. Fails with `Unmade` where it has another content under this name. */
  readonly isDone: () => Promise<boolean>
  readonly run: () => Promise<void>
}

/** Runs the steps that are not done, one after the other. The first failure ends it: what came before stays published. */
export const runSteps = async (steps: ReadonlyArray<Step>, say: (line: string) => void): Promise<void> => {
  for (const step of steps) {
    if (await step.isDone()) {
      say(`${step.name}: published already`)
      continue
    }
    try {
      await step.run()
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause)
      throw new Unmade(
        `${step.name} was not published: ${reason.trim()}\nRun \`pnpm release\` again: what is published is passed over.`,
        69,
      )
    }
    // What a place took may still be on its way there; the next run asks again.
    say(`${step.name}: published`)
  }
}

/** What a program printed, and whether it ended well. */
export interface Tried {
  readonly ok: boolean
  readonly stdout: string
  readonly stderr: string
}

interface Options {
  readonly cwd?: string
  /** What it reads from its standard input. */
  readonly input?: string
}

/** Runs a program. Secrets reach programs through variables and files of their own, never as arguments. */
export const tried = (program: string, args: ReadonlyArray<string>, { cwd, input }: Options = {}): Promise<Tried> =>
  new Promise((resolve, reject) => {
    const child = execFile(program, args, { encoding: "utf8", maxBuffer: 1 << 26, cwd }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code === "string") {
        reject(new Unmade(`${program} could not be started (${error.message}): install it first.`))
      } else resolve({ ok: error === null, stdout, stderr })
    })
    child.stdin?.end(input)
  })

/** What a program printed that has to end well. */
export const run = async (program: string, args: ReadonlyArray<string>, options?: Options): Promise<string> => {
  const { ok, stdout, stderr } = await tried(program, args, options)
  if (!ok) throw new Error(`${program} ${args.slice(0, 2).join(" ")}: ${stderr || stdout}`)
  return stdout
}
