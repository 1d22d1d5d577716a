// An action on the command line: its flags, from the arguments that it declares, and what a run of it is to do, as the flags
// and the list say it.
import type {
  ActionDeclaration,
  ActionField,
  ActionValue,
  ActionValues,
  AuditOrigin,
  Connector,
  FoundPrincipal,
} from "@rollcall/connector"
import type { DesiredChange } from "@rollcall/plan"
import { Option } from "effect"
import { Flag } from "effect/cli"
import type { ChangePlan } from "../changes/ChangePlan.ts"

/** What is to be carried out, and how. */
export interface ActionPlan extends Pick<
  ChangePlan,
  "yes" | "mayAsk" | "rules" | "auditFile" | "format" | "quiet" | "single"
> {
  readonly action: ActionDeclaration
  /** The arguments of each run; accounts are named by their ids. */
  readonly all: ReadonlyArray<ActionValues>
  /** Why each is run, where the list says so; else the reason of the whole run stands. */
  readonly reasons: ReadonlyArray<string | undefined>
  /** What is known of the accounts, by their ids. */
  readonly people: ReadonlyMap<string, FoundPrincipal>
  /** Does it even to the account that the token belongs to. */
  readonly evenMyself: boolean
  /** When to remind of it, in milliseconds since the epoch. */
  readonly remindAt?: number | undefined
  readonly origin: AuditOrigin
}

/** The account that a run is about, by the first argument that names one. */
export const accountIn = ({ arguments: fields }: ActionDeclaration, values: ActionValues): string | undefined => {
  const field = fields.find(({ isPrincipal }) => isPrincipal === true)
  return field === undefined ? undefined : String(values[field.name])
}

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

/** Runs of an action as desired changes. */
export const desiredRuns = (
  { provisioning }: Connector,
  { action, all, reasons }: Pick<ActionPlan, "action" | "all" | "reasons">,
): ReadonlyArray<DesiredChange> => {
  const [resourceType = "user"] = provisioning?.principalTypes ?? []
  return all.map((values, at): DesiredChange => {
    const account = accountIn(action, values)
    const reason = reasons[at]
    return {
      _tag: "Action",
      action: action.name,
      values,
      ...(account === undefined ? {} : { principal: { resourceType, resource: account } }),
      ...(reason === undefined ? {} : { reason }),
    }
  })
}
