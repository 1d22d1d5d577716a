// Lets the flags that most commands share stand before the command, where scripts for the Go viewer put them:
// `baton -f sync.c1z grants`. The parser wants them behind it.
const withValue = new Set(["-f", "--file", "-o", "--output-format", "--config", "--log-level", "--log-format"])
const without = new Set(["-q", "--quiet"])

/** The arguments with shared flags that stand before the command moved to the end. */
export const moveLeadingFlags = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  let length = 0
  while (length < args.length) {
    const [name = "", value] = (args[length] ?? "").split("=", 2)
    if (withValue.has(name)) length += value === undefined ? 2 : 1
    else if (without.has(name)) length += 1
    else break
  }
  return [...args.slice(length), ...args.slice(0, length)]
}
