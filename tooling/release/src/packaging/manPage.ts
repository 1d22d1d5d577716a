// The manual page of a command, from its help: man(7) in the form that groff and mandoc read.
import { stripVTControlCharacters } from "node:util"

/** What stands on every page. */
export interface ManualOf {
  /** `rollcall 1.2.3` */
  readonly source: string
  /** `2026-11-30` */
  readonly date: string
  /** The commands that have pages, such as `rollcall sync`: those below and above are named at the end. */
  readonly commands: ReadonlyArray<string>
}

/** The name of the page of a command: `rollcall-sync` for `rollcall sync`. */
export const pageName = (command: string): string => command.replaceAll(" ", "-")

/** A page from the help of a command, with or without colours. */
export const manPage = (command: string, help: string, manual: ManualOf): string => {
  const sections = sectionsOf(help)
  const [title = "", ...rest] = sections.get("DESCRIPTION") ?? []
  const synopsis = (sections.get("USAGE") ?? []).map((line) => line.trim())
  const further = [...sections].filter(([heading]) => heading !== "DESCRIPTION" && heading !== "USAGE")
  return [
    `.TH ${[pageName(command).toUpperCase(), "1", manual.date, manual.source, "Rollcall"].map(quoted).join(" ")}`,
    // Names of flags and variables stay in one piece.
    ".nh",
    ".ad l",
    ".SH NAME",
    `${plain(pageName(command))} \\- ${plain(firstSentence(title))}`,
    ".SH SYNOPSIS",
    ...synopsis.map((line) => plain(line)),
    ".SH DESCRIPTION",
    ...[title, ...rest].map((line) => plain(line.trim())),
    ...further.flatMap(([heading, lines]) => [
      `.SH ${quoted(heading)}`,
      ...(heading === "EXAMPLES" ? examples(lines) : entries(heading, lines)),
    ]),
    ".SH EXIT STATUS",
    "0 after success. Otherwise the standard error says what failed, why, and what to do next; the codes follow sysexits.h.",
    ...seeAlso(command, manual.commands),
    "",
  ].join("\n")
}

/** The lines below each heading of a help text, in their order. */
const sectionsOf = (help: string): ReadonlyMap<string, ReadonlyArray<string>> => {
  const sections = new Map<string, Array<string>>()
  let lines: Array<string> = []
  for (const line of stripVTControlCharacters(help).split("\n")) {
    if (/^\S/u.test(line)) sections.set(line.trim(), (lines = []))
    else if (line.trim() !== "" || lines.length > 0) lines.push(line)
  }
  return sections
}

const firstSentence = (text: string): string => (/^.*?[.:](?=\s|$)/u.exec(text.trim())?.[0] ?? text.trim()).slice(0, -1)

/** Lines of two columns, as flags and commands have them, and others as they are. */
const entries = (heading: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.flatMap((line) => {
    if (line.trim() === "") return []
    const [, left = "", right = ""] = /^\s+(\S.*?)\s{2,}(\S.*)$/u.exec(line) ?? []
    if (left === "") return [plain(line.trim())]
    return [".TP", heading === "SUBCOMMANDS" ? `.B ${plain(left)}` : boldNames(left), plain(right)]
  })

/** `--file, -f path` with its names in bold and its value in italics. */
const boldNames = (left: string): string =>
  left
    .split(" ")
    .map((word) =>
      word.startsWith("-")
        ? `\\fB${plain(word.replace(/,$/u, ""))}\\fR${word.endsWith(",") ? "," : ""}`
        : `\\fI${plain(word)}\\fR`,
    )
    .join(" ")

const examples = (lines: ReadonlyArray<string>): ReadonlyArray<string> => [
  ".nf",
  ...lines.map((line) => plain(line.replace(/^ {2}/u, ""))),
  ".fi",
]

const seeAlso = (command: string, commands: ReadonlyArray<string>): ReadonlyArray<string> => {
  const depth = command.split(" ").length
  const above = command.split(" ").slice(0, -1).join(" ")
  const near = commands.filter(
    (it) => it === above || (it.startsWith(`${command} `) && it.split(" ").length === depth + 1),
  )
  if (near.length === 0) return []
  return [".SH SEE ALSO", near.map((it) => `\\fB${plain(pageName(it))}\\fR(1)`).join(",\n")]
}

/** Text that groff prints as it stands: dashes that can be copied, and no line that it takes for a request. */
const plain = (text: string): string =>
  text
    .replaceAll("\\", "\\e")
    .replaceAll("-", "\\-")
    .replaceAll("…", "...")
    .replace(/^(?=[.'])/u, "\\&")

const quoted = (text: string): string => `"${text.replaceAll('"', "")}"`
