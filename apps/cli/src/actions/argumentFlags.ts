// The flags of an action, from the arguments that it declares.
import type { ActionDeclaration, ActionField, ActionValue } from "@rollcall/connector"
import { Option } from "effect"
import { Flag } from "effect/cli"

/** The flag of an argument, without its dashes: `user_id` is given as `--user-id`. */
export const argumentFlag = ({ name }: ActionField): string => name.replaceAll("_", "-")

/** A flag for each argument, under the argument's name. All are needed where no list holds them. */
export const argumentFlags = (
  action: ActionDeclaration,
): Readonly<Record<string, Flag.Flag<ActionValue | undefined>>> =>
  Object.fromEntries(action.arguments.map((field) => [field.name, flagOf(field)]))

const flagOf = (field: ActionField): Flag.Flag<ActionValue | undefined> => {
  const flag: Flag.Flag<ActionValue> =
    field.type === "boolean" ? Flag.Boolean(argumentFlag(field)) : Flag.String(argumentFlag(field))
  const orAddress = field.isPrincipal === true ? ", or the e-mail address of the account" : ""
  return flag.pipe(
    Flag.withDescription(`${field.description.replace(/\.+$/u, "")}${orAddress}.`),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
  )
}
