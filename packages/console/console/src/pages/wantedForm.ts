// What the form for a new connection has sent. Secrets are taken out of the text at once.
import { Redacted } from "effect"
import type { AddForm, Refused, WantedConnection } from "../ManagedConnections.ts"
import { settingPrefix } from "../pageData.ts"

/** Fields of the form that are no settings. */
const others = ["csrf", "name", "module", "labels"]

/** What is wanted, or why the form is none of ours. */
export const wantedOf = (fields: URLSearchParams, form: AddForm): WantedConnection | Refused => {
  const names = [...fields.keys()]
  const odd = names.find(
    (name, at) => names.indexOf(name) !== at || !(others.includes(name) || name.startsWith(settingPrefix)),
  )
  if (odd !== undefined) return { message: "The form has fields that this page has not.", hint: "Load the page again." }
  const module = fields.get("module") ?? ""
  const known = [...(form.modules.find(({ id }) => id === module)?.fields ?? []), ...form.fields]
  const settings: Record<string, string> = {}
  const secrets = new Map<string, Redacted.Redacted>()
  for (const [key, value] of fields) {
    if (!key.startsWith(settingPrefix) || value === "") continue
    const name = key.slice(settingPrefix.length)
    const field = known.find((one) => one.name === name)
    if (field?.type === "secret") secrets.set(name, Redacted.make(value))
    // What is as it would be anyway need not stand in the entry.
    else if (value !== field?.default) settings[name] = value
  }
  const labels = labelsOf(fields.get("labels") ?? "")
  if (labels === undefined) {
    return { message: "A label is a name, = and a text, such as team=Sales.", hint: "Write one on each line." }
  }
  return { name: fields.get("name") ?? "", module, labels, settings, secrets }
}

/** Labels, one on each line; nothing where a line is none. */
const labelsOf = (text: string): Readonly<Record<string, string>> | undefined => {
  const lines = text
    .split(/\r?\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== "")
  const pairs = lines.map((line) => [
    line.slice(0, Math.max(line.indexOf("="), 0)).trim(),
    line.slice(line.indexOf("=") + 1).trim(),
  ])
  return pairs.every(([name]) => name !== "") ? Object.fromEntries(pairs) : undefined
}
