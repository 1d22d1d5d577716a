// The module that `--connector` loads.
import { defineModule, implement } from "@rollcall/connector-module"
import { client, fields } from "./client.ts"
import { connector } from "./connector.ts"

export default defineModule({
  contract: 1,
  id: "my-system",
  displayName: "My System",
  fields,
  variablePrefix: "MY_SYSTEM_",
  // Add `secretForms` with what its tokens look like, such as /\bmys_[0-9a-f]{32}\b/gu, so that one in the wrong place is hidden.
  load: async () => implement({ connector: () => connector, layer: client }),
})
