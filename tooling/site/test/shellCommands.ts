// The commands of a shell block, as the shell would start them: enough of its grammar for what documents show.

/** One command: its words, the name first. Variables that are set before it, redirections and comments are not among them. */
export type ShellCommand = ReadonlyArray<string>

/** The commands of a text, in their order. What stands in here-documents is no command. */
export const shellCommands = (text: string): ReadonlyArray<ShellCommand> => {
  const commands: Array<Array<string>> = [[]]
  const lines = withoutHereDocuments(text).replaceAll(/\\\n\s*/gu, " ")
  // A word with its quotes and substitutions, an operator, the end of a line, or a comment up to there.
  const token =
    /(?<word>(?:"(?:\\.|[^"\\])*"|'[^']*'|\$\([^)]*\)|\\.|[^\s;|&<>"'\\#()]|(?<=[^\s;|&(])#)+)|(?<redirection>\d?[<>]{1,2}&?\s*\S+)|(?<comment>#[^\n]*)|(?<end>\n|;|\|\|?|&&?|[()])/gu
  for (const { groups = {} } of lines.matchAll(token)) {
    if (groups["end"] !== undefined) commands.push([])
    if (groups["word"] !== undefined) commands.at(-1)?.push(unquoted(groups["word"]))
  }
  return commands.map(withoutVariables).filter((words) => words.length > 0)
}

const unquoted = (word: string): string => word.replaceAll(/"((?:\\.|[^"\\])*)"|'([^']*)'/gu, "$1$2")

const withoutVariables = (words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const first = words.findIndex((word) => !/^(?:[A-Z][A-Z0-9_]*=.*|then|do|else|if|!)$/su.test(word))
  return first < 0 ? [] : words.slice(first)
}

const withoutHereDocuments = (text: string): string => text.replaceAll(/<<-?'?(\w+)'?(.*)\n[^]*?\n\1$/gmu, "$2")

/** What somebody typed in a block of what a terminal showed: the lines behind a prompt. */
export const typedLines = (console: string): string =>
  console
    .split("\n")
    .flatMap((line) => (line.startsWith("$ ") ? [line.slice(2)] : []))
    .join("\n")

/** A command of ours, however it is started: the name of the program, and its arguments. */
export interface OwnCommand {
  readonly program: "rollcall" | "rollcall-worker"
  readonly args: ReadonlyArray<string>
}

/** The command as one of ours, or nothing. */
export const ownCommand = (words: ShellCommand): OwnCommand | undefined => {
  const rest =
    words[0] === "npx" ? words.slice(words.findIndex((word, at) => at > 0 && !/^-|^pnpm@/u.test(word))) : words
  const program = rest[0]?.replace(/^.*\//u, "")
  return program === "rollcall" || program === "rollcall-worker" ? { program, args: rest.slice(1) } : undefined
}
