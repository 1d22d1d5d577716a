// The tables of a connector's page in the documentation, made from what the connector declares, so that a test can hold
// the page against them.
import type { Action, Connector, Step } from "@rollcall/connector"
import { scopesOf } from "@rollcall/connector"

/** What a page can tell of a connector without asking anybody. */
interface Declared extends Pick<Connector, "resourceTypes"> {
  readonly steps: ReadonlyArray<Pick<Step, "scopes">>
  readonly actions?: ReadonlyArray<Pick<Action, "name" | "description" | "arguments">> | undefined
}

/** Resource types and what can be done with each, in Markdown. */
export const resourceTypesTable = ({ resourceTypes }: Declared): string =>
  table(
    ["resource type", "id", "traits", "can be"],
    resourceTypes.map(({ displayName, id, traits, capabilities }) => [
      displayName,
      `\`${id}\``,
      traits.join(", "),
      capabilities.map((capability) => (capability === "provision" ? "granted and revoked" : "synced")).join(", "),
    ]),
  )

/** Scopes, each once, the required ones first, in Markdown. */
export const scopesTable = (connector: Declared): string =>
  table(
    ["scope", "required", "for", "without it"],
    scopesOf(connector).map(({ scope, required, purpose, without }) => [
      `\`${scope}\``,
      required ? "yes" : "no",
      purpose,
      without,
    ]),
  )

/** Actions and what they take, in Markdown. */
export const actionsTable = ({ actions = [] }: Declared): string =>
  table(
    ["action", "what it does", "takes"],
    actions.map(({ name, description, arguments: fields }) => [
      `\`${name}\``,
      description,
      fields.map((field) => `\`${field.name}\`: ${field.description}`).join("; "),
    ]),
  )

/** Whether a page holds a table, however its columns are aligned. */
export const holdsTable = (page: string, wanted: string): boolean =>
  rowsOf(page).join("\n").includes(rowsOf(wanted).join("\n"))

const table = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

const rowsOf = (markdown: string): ReadonlyArray<string> =>
  markdown
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .map((line) => line.replaceAll(/ *\| */gu, "|").replaceAll(/-{3,}/gu, "---"))
