// The API of My System: its settings, how often it may be called, and what its errors mean. What is left out means what HTTP says.
import { JsonApi } from "@rollcall/api-client"
import type { OpenOptions, Settings } from "@rollcall/connector-module"

export const fields = [
  { name: "token", type: "secret", description: "The API token of My System." },
  { name: "base-url", type: "url", description: "Where the API is.", default: "https://my-system.example/api" },
] as const

export const client = ({ token, "base-url": baseUrl }: Settings<typeof fields>, options: OpenOptions) =>
  JsonApi.layer({
    ...options,
    name: "My System",
    baseUrl,
    token,
    budgets: [{ name: "all", callsPerMinute: 600, burst: 10 }],
    errors: {
      401: { reason: "CredentialRejected", hint: "Make a new token, and set MY_SYSTEM_TOKEN to it." },
    },
  })
