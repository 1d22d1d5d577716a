// A text flag that may be left out, and says something where it is given.
import { Option } from "effect"
import { Flag } from "effect/cli"
import { pathFlag } from "../settings/pathFlag.ts"

/** The flag; its value is `undefined` where it is left out. */
export const optionalText = (name: string, alias: string | undefined, metavar: string, description: string) => {
  const flag = (metavar === "path" ? pathFlag(name) : Flag.String(name)).pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
    // Most often a shell variable that was not set.
    Flag.filter(
      (text) => text !== "",
      () => "a text that is not empty",
    ),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
  )
  return alias === undefined ? flag : flag.pipe(Flag.withAlias(alias))
}
