// How this command was started, as far as it shows, for advice that can be copied.

/** What stands for `rollcall`: a clone may run it through pnpm, and npx puts it nowhere that a shell looks. */
export const ownCommand = (): string => {
  const pnpm = /^pnpm\/(\d+\.\d+\.\d+)/.exec(process.env["npm_config_user_agent"] ?? "")?.[1]
  if (pnpm !== undefined) return `npx -y pnpm@${pnpm} rollcall`
  const [, started = ""] = process.argv
  return /[\\/]_npx[\\/]/u.test(started) ? quoted(started) : "rollcall"
}

/** A word of a command, as a shell takes it. */
export const quoted = (word: string): string =>
  /^[\w./@+-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
