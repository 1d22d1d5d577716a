// Flags and settings that several commands have.
import { pickAppFields } from "@rollcall/config"
import type { ConfigField } from "@rollcall/connector"
import type { ModuleList } from "@rollcall/host"
import { connectorFields } from "@rollcall/host"
import { pathFlag } from "@rollcall/host/command-line"
import { Option } from "effect"
import { Argument, Flag } from "effect/cli"

const optional = (flag: Flag.Flag<string>, description: string) =>
  flag.pipe(
    Flag.withDescription(description),
    // Most often a shell variable that was not set.
    Flag.filter(
      (text) => text !== "",
      () => "a text that is not empty",
    ),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
  )

/** A flag of text; its value is `undefined` where it is left out. */
export const optionalText = (name: string, alias: string | undefined, metavar: string, description: string) => {
  const flag = optional(Flag.String(name).pipe(Flag.withMetavar(metavar)), description)
  return alias === undefined ? flag : flag.pipe(Flag.withAlias(alias))
}

/** A flag that names a file or a folder; its value is `undefined` where it is left out. */
export const optionalPath = (name: string, description: string) => optional(pathFlag(name), description)

/** An argument of text; its value is `undefined` where it is left out. */
export const optionalArgument = (name: string, description: string) =>
  Argument.String(name).pipe(
    Argument.withDescription(description),
    Argument.optional,
    Argument.map(Option.getOrUndefined),
  )

interface Bounds {
  readonly from?: number
  readonly to?: number
}

const numberWithin = (name: string, { from = 0, to }: Bounds, description: string) =>
  Flag.String(name).pipe(
    Flag.withMetavar("number"),
    Flag.withDescription(description),
    Flag.filterMap(
      (text) => {
        const number = /^[+-]?\d+$/u.test(text) ? Number(text) : Number.NaN
        return number >= from && number <= (to ?? Number.MAX_SAFE_INTEGER) ? Option.some(number) : Option.none()
      },
      () => `a whole number ${to === undefined ? `that is not below ${from}` : `from ${from} to ${to}`}`,
    ),
  )

/** A flag that is a whole number within bounds, both included; other text is refused with these. */
export const wholeNumber = (
  name: string,
  { fallback, ...bounds }: Bounds & { readonly fallback: number },
  description: string,
) => numberWithin(name, bounds, `${description} (default: ${fallback})`).pipe(Flag.withDefault(fallback))

/** The same without a default; its value is `undefined` where it is left out. */
export const optionalNumber = (name: string, bounds: Bounds, description: string) =>
  numberWithin(name, bounds, description).pipe(Flag.optional, Flag.map(Option.getOrUndefined))

/** `--reason` */
export const reasonFlag = optionalText(
  "reason",
  undefined,
  "text",
  "The reason, such as a ticket; it is written to the audit log.",
)

/** `--yes` */
export const yesFlag = Flag.Boolean("yes").pipe(
  Flag.withAlias("y"),
  Flag.withDescription("Do it without asking."),
  Flag.withDefault(false),
)

/** `--even-myself` */
export const evenMyselfFlag = Flag.Boolean("even-myself").pipe(
  Flag.withDescription("Also take access from the account that the token belongs to."),
  Flag.withDefault(false),
)

/** `--for` and `--until`, of which one says when access ends. */
export const untilFlags = {
  for: optionalText("for", undefined, "time", "How long, such as 8h, 90m or 7d; then the access ends by itself."),
  until: optionalText(
    "until",
    undefined,
    "instant",
    "When the access ends by itself, with an offset or Z: 2026-12-01T18:00Z.",
  ),
}

/** `--until` of what is undone by a person. */
export const remindFlag = optionalText(
  "until",
  undefined,
  "instant",
  "When to remind of it, with an offset or Z: 2026-12-01T18:00Z. Nothing is enabled by itself.",
)

/** `--without-worker` */
export const withoutWorkerFlag = Flag.Boolean("without-worker").pipe(
  Flag.withDescription("Grant for a time although no worker ends access now: `rollcall expire` will."),
  Flag.withDefault(false),
)

/** `--sync-id` */
export const syncIdFlag = optionalText(
  "sync-id",
  undefined,
  "id",
  "The sync to read: its id or the beginning of it, latest, previous, or a date; the latest finished one when unset.",
)

/** `--privileged`, where it takes several patterns. */
export const privilegedFlag = optionalText(
  "privileged",
  undefined,
  "patterns",
  "Further entitlements that make an account privileged, by id, separated by commas; * stands for any text.",
)

/** `--force` */
export const forceFlag = Flag.Boolean("force").pipe(
  Flag.withDescription("Replace a file that is there already."),
  Flag.withDefault(false),
)

/** `-t`, `-r` and `-e`, which say what to show. */
export const filterFlags = {
  resourceType: optionalText("resource-type", "t", "type", "The resource type, by id or name."),
  resource: optionalText("resource", "r", "id or name", "The resource: its id, without its type, or its name."),
  entitlement: optionalText("entitlement", "e", "id or name", "The entitlement: its id or its name."),
}

/** `--connector` */
export const connectorField = pickAppFields("connector")

/** `--connector`, and the settings of the connectors. */
export const connectorOptions = (modules: ModuleList): ReadonlyArray<ConfigField> => [
  ...connectorField,
  ...connectorFields(modules),
]
