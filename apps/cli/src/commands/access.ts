// All that one principal holds.
import { Effect } from "effect"
import { viewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { UsageError } from "../errors.ts"
import { filterFlags, syncIdFlag } from "./commonFlags.ts"

/** `rollcall access` */
export const accessCommand = settingsCommand(
  "access",
  {
    summary: "Show what one principal holds.",
    fields: viewFields,
    own: { resourceType: filterFlags.resourceType, resource: filterFlags.resource, syncId: syncIdFlag },
    examples: [{ command: "rollcall access -t user -r U0123" }],
  },
  Effect.fnUntraced(function* ({ settings, format, own: { resourceType, resource, syncId } }) {
    if (resourceType === undefined || resource === undefined) {
      return yield* new UsageError({
        message: "Say whose access: --resource-type and --resource are both needed.",
        hint: "Such as `rollcall access -t user -r U0123`.",
      })
    }
    const { showAccess } = yield* Effect.promise(() => import("../views/access.ts"))
    return yield* showAccess({ settings, syncId, format }, { resourceType, resource })
  }, Effect.scoped),
)
