// `help`, `help COMMAND` and `version` ask for what flags ask for. They are commands for people alone: help and completions list them, and
// what is run is the flag.

/** The arguments with these commands written as flags. Behind `version` stands nothing; what does is looked at as of any other command. */
export const asFlags = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first, ...rest] = args
  if (first === "help") {
    const others = rest.filter((it) => it !== "--help" && it !== "-h")
    return others.length === 0 && rest.length > 0 ? args : [...others, "--help"]
  }
  return first === "version" && rest.length === 0 ? ["--version"] : args
}
