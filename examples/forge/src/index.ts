// The connector as it is installed, which is what `--connector` loads: its settings, and its client as a table.
import { JsonApi } from "@rollcall/api-client"
import { defineModule, implement, type OpenOptions, type Settings } from "@rollcall/connector-module"
import { forge } from "./forge.ts"

const fields = [
  { name: "token", type: "secret", description: "The token of the forge, forge_…" },
  { name: "base-url", type: "url", description: "Where its API is.", default: "http://127.0.0.1:4880/api" },
] as const

export const layer = ({ token, "base-url": baseUrl }: Settings<typeof fields>, options: OpenOptions) =>
  JsonApi.layer({
    ...options,
    name: "Forge",
    baseUrl,
    token,
    budgets: [{ name: "all", callsPerMinute: 6000, burst: 100 }],
    errors: {
      missing_scope: { reason: "Refused", by: "scope", hint: "Use a token that has the scope." },
    },
  })

export default defineModule({
  contract: 1,
  id: "forge",
  displayName: "Forge",
  fields,
  variablePrefix: "FORGE_",
  secretForms: [/\bforge_[0-9a-z]{20,}/gu],
  load: async () => implement({ connector: () => forge, layer }),
})
