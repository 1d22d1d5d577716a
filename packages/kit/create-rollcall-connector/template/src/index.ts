// The module that `--connector` loads.
import { defineModule, implement } from "@rollcall/connector-module"
import { client, fields } from "./client.ts"
import { connector } from "./connector.ts"

export default defineModule({
  contract: 1,
  id: "my-system",
  displayName: "My System",
  fields,
  selectedBy: "token",
  variablePrefix: "MY_SYSTEM_",
  // What its tokens look like, such as /\bmys_[0-9a-f]{32}\b/gu, so that one in the wrong place is never shown.
  secretForms: [],
  load: async () => implement({ connector: () => connector, layer: client }),
})
