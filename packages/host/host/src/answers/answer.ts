// What a bundle answers before it loads anything: help, the version, completions, and that a command or a flag does not exist, all from
// files that its build wrote. Whatever else is asked, and whatever a connector of others may change, is left to the app itself.
import { hideTokens } from "@rollcall/api-client/secret-forms"
import { readFileSync } from "node:fs"
import type { CommandTable, FurtherFlags } from "./CommandTable.ts"
import { asFlags } from "./asFlags.ts"
import { helpHint, readTyped } from "./CommandTable.ts"
import { versionLine } from "./versionLine.ts"
import { wrapHelp } from "./wrapHelp.ts"

export type { CommandTable }

/** What an app answers, as its build writes it. */
export interface Answers {
  readonly table: AnswerTable
  /** The help of each command by its path, coloured and not wrapped. */
  readonly help: Readonly<Record<string, string>>
  /** The completions of each shell. */
  readonly completions: Readonly<Record<string, string>>
}

/** What can be typed. */
export interface AnswerTable extends FurtherFlags {
  readonly version: string
  readonly app: CommandTable
}

/** The files of the answers by name, in a folder of their own. */
export const answerFiles = ({ table, help, completions }: Answers): Readonly<Record<string, string>> => ({
  [tableFile]: JSON.stringify(table),
  ...Object.fromEntries(Object.entries(help).map(([path, text]) => [helpFile(path), text])),
  ...Object.fromEntries(Object.entries(completions).map(([shell, text]) => [completionsFile(shell), text])),
})

const tableFile = "table.json"
const helpFile = (path: string): string => `help/${path.replaceAll(" ", ".")}.txt`
const completionsFile = (shell: string): string => `completions/${shell}.txt`

/** Where an answer goes. */
export interface AnswerScreen {
  /** Cells of a line, where it goes to a terminal. */
  readonly columns: number | undefined
  readonly colors: boolean
}

/** What a stream of the process may be assumed to be. `NO_COLOR` (no-color.org) and `TERM=dumb` switch colours off. */
export const screenOf = ({ isTTY, columns }: NodeJS.WriteStream): AnswerScreen => {
  const isPlain = (process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb"
  // A terminal that does not know its size says 0.
  return { columns: isTTY ? columns || undefined : undefined, colors: isTTY && !isPlain }
}

/** What is written to the two streams, and the exit code. */
export interface Answer {
  readonly out: string
  readonly err: string
  readonly code: number
}

/** Gives the answer and lets the process end. */
export const give = ({ out, err, code }: Answer): void => {
  // A reader that has gone needs no answer.
  process.stdout.on("error", () => undefined)
  process.stderr.on("error", () => undefined)
  if (out !== "") process.stdout.write(out)
  if (err !== "") process.stderr.write(err)
  process.exitCode = code
}

/** The exit code of a command or a flag that does not exist. */
const misuse = 64

/** The answer to these arguments out of the files of a folder (its URL); nothing where the app itself has to look at them. */
export const answer = (folder: URL, args: ReadonlyArray<string>, screen: AnswerScreen): Answer | undefined => {
  const table = readFile(folder, tableFile)
  // What would have to be escaped is left to the app.
  if (table === undefined || !args.every((it) => /^[\x20-\x7e]*$/u.test(it))) return undefined
  const { app, version, ...further }: AnswerTable = JSON.parse(table)
  const typed = readTyped(app, asFlags(args), further)
  if (typed === undefined) return undefined
  const { path, asked, unknown } = typed
  if (unknown.length > 0) {
    const lines = unknown.map((it) => `error: ${hideTokens(it)}`)
    return { out: "", err: [...lines, helpHint(path), ""].join("\n"), code: misuse }
  }
  if (asked === "version") return printed(versionLine(app.name, version))
  if (asked === "help") return printed(shownHelp(readFile(folder, helpFile(path.join(" "))), screen))
  const shell = asked?.completions ?? (path[1] === "completions" ? typed.arguments.join(" ") : "")
  return shells.some((it) => it === shell) ? printed(readFile(folder, completionsFile(shell))) : undefined
}

const readFile = (folder: URL, name: string): string | undefined => {
  try {
    return readFileSync(new URL(name, folder), "utf8")
  } catch {
    // Sources have no answers, nor has the bundle for connectors of others.
    return undefined
  }
}

const printed = (text: string | undefined): Answer | undefined =>
  text === undefined ? undefined : { out: `${text}\n`, err: "", code: 0 }

// oxlint-disable-next-line no-control-regex
const escapes = /\u001b\[[\d;]*m/gu

const colored = (text: string, { colors }: AnswerScreen): string => (colors ? text : text.replaceAll(escapes, ""))

const shownHelp = (text: string | undefined, screen: AnswerScreen): string | undefined =>
  text && wrapHelp(colored(text, screen).split("\n"), screen.columns, cellsOf).join("\n")

/** Help of our own has no character that is wider or narrower than a cell. */
const cellsOf = (text: string): number => text.replaceAll(escapes, "").length

/** The shells that there are completions for. */
export const shells = ["bash", "zsh", "fish", "powershell"] as const
