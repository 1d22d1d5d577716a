// Flags of the commands that list records: which columns, and which records in which order. The names of columns stand here so that
// help loads no listing; a test holds them equal.
import { hideTokens } from "@rollcall/api-client"
import { openChoice } from "@rollcall/host/command-line"
import { Option } from "effect"
import { Argument, Flag } from "effect/cli"
import { optionalNumber, optionalText } from "./commonFlags.ts"

/** The names of columns, by command. */
export const columnsOf = {
  "resource-types": ["id", "name", "traits"],
  // oxfmt-ignore
  resources: ["id", "name", "type", "parent", "members", "email", "status", "kind", "roles", "mfa", "kinds", "kindNote", "created", "typeId"],
  entitlements: ["id", "name", "resourceType", "resource", "permission", "resourceId", "description"],
  // oxfmt-ignore
  grants: [
    "id", "resourceType", "resource", "entitlement", "principal", "email", "status", "kind", "roles", "mfa", "kinds", "kindNote",
    "principalId", "permission", "through", "principalType", "entitlementId", "resourceId", "since", "ends", "endsBy",
  ],
  access: [
    "principal",
    "resourceType",
    "resource",
    "permissions",
    "through",
    "resourceId",
    "entitlementIds",
    "since",
    "ends",
    "endsBy",
  ],
  syncs: ["id", "started", "ended", "type", "parentId", "workspace"],
} as const

/** Words of `--columns` that stand for several. */
const words = ["default", "all"]

/** A flag that takes several words in one text, such as `email,status`; absent where it was not given. */
const severalWords = (flag: Flag.Flag<string>, metavar: string, description: string) =>
  flag.pipe(
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
    Flag.filterMap(
      (text) => {
        const found = text
          .split(",")
          .map((word) => word.trim())
          .filter((word) => word !== "")
        return found.length === 0 ? Option.none() : Option.some<ReadonlyArray<string>>(found)
      },
      () => "at least one word",
    ),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
  )

/** `--columns`, `--wide` and `--bom`. */
export const columnFlags = (command: keyof typeof columnsOf) => {
  const names = [...columnsOf[command], ...words]
  return {
    columns: severalWords(
      openChoice("columns", names),
      "a,b,…",
      "The columns to show, in this order; default and all stand for several. With -o json and ndjson, flat objects of them.",
    ),
    wide: Flag.Boolean("wide").pipe(Flag.withDescription("Show all columns."), Flag.withDefault(false)),
    bom: Flag.Boolean("bom").pipe(
      Flag.withDescription("Begin CSV with a byte order mark, by which spreadsheets know UTF-8."),
      Flag.withDefault(false),
    ),
  }
}

/** What a command is asked about, by id or name. */
export const subject = (description: string) =>
  Argument.String("name").pipe(
    Argument.withDescription(description),
    // Most often a shell variable that was not set, or the value of another flag.
    Argument.filter(
      (text) => text !== "" && hideTokens(text) === text,
      () => "a name or an id",
    ),
    Argument.optional,
    Argument.map(Option.getOrUndefined),
  )

/** What a list can be sorted by. */
export const sortWords = ["id", "name", "email", "status", "kind", "mfa", "created", "type"] as const

/** What a list of entitlements can be sorted by. */
export const entitlementSortWords = ["id", "name", "resource", "permission", "type"] as const

const noneUnlessGiven = <A>(flag: Flag.Flag<A>) => flag.pipe(Flag.optional, Flag.map(Option.getOrUndefined))

const sortFlag = <const Word extends string>(keys: ReadonlyArray<Word>) =>
  noneUnlessGiven(
    Flag.Literals("sort", [...keys, ...keys.map((word) => `${word}:desc` as const)]).pipe(
      Flag.withMetavar("column"),
      Flag.withDescription("Sort by this; :desc reverses it. What is not known stands last."),
    ),
  )

/** Flags that choose records, of lists of accounts or of what they hold. */
export const queryFlags = {
  status: severalWords(
    openChoice("status", ["enabled", "disabled", "deleted", "unknown"]),
    "a,b,…",
    "Only accounts of any of these statuses; disabled includes deleted.",
  ),
  kind: severalWords(
    openChoice("kind", ["member", "guest", "bot", "invited", "admin", "human", "service", "system", "unknown"]),
    "a,b,…",
    "Only accounts of any of these kinds; admin is who holds a privileged entitlement.",
  ),
  noMfa: Flag.Boolean("no-mfa").pipe(
    Flag.withDescription("Only accounts without a second factor; refused where the sync does not tell."),
    Flag.withDefault(false),
  ),
  privileged: noneUnlessGiven(
    Flag.String("privileged").pipe(
      Flag.withMetavar("pattern"),
      Flag.withDescription(
        "Only accounts that hold a privileged entitlement, also one whose id is like this: * is any text.",
      ),
    ),
  ),
  search: optionalText("search", undefined, "text", "Only accounts with this in their name, e-mail address or id."),
  sort: sortFlag(sortWords),
  limit: optionalNumber("limit", { from: 1 }, "Show no more than so many."),
}

/** The flags of a list that holds no accounts. */
export const textQueryFlags = {
  search: optionalText("search", undefined, "text", "Only those with this in their name or id."),
  sort: sortFlag(entitlementSortWords),
  limit: queryFlags.limit,
}
