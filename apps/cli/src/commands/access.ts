// All that one principal holds.
import { Effect } from "effect"
import { heldViewFields } from "../settings/commandFields.ts"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { UsageError } from "../errors.ts"
import { filterFlags, syncIdFlag } from "./commonFlags.ts"
import { columnFlags, subject } from "./listFlags.ts"

/** `rollcall access` */
export const accessCommand = settingsCommand(
  "access",
  {
    summary: "Show what one account holds, and through what.",
    fields: heldViewFields,
    own: {
      name: subject("The account: its id, its e-mail address or its name."),
      resourceType: filterFlags.resourceType,
      resource: filterFlags.resource,
      syncId: syncIdFlag,
      columns: columnFlags("access"),
    },
    examples: [{ command: "rollcall access ada@example.com" }, { command: "rollcall access -t user -r U0123" }],
  },
  Effect.fnUntraced(function* ({ settings, format, own: { name, resourceType, resource, syncId, columns } }) {
    const [whose, ...others] = [name, resource].filter((it) => it !== undefined)
    if (whose === undefined || others.length > 0) {
      return yield* new UsageError({
        message: "Say whose access: an id, an e-mail address or a name, or --resource.",
        hint: "Such as `rollcall access ada@example.com` or `rollcall access -t user -r U0123`.",
      })
    }
    const { showAccess } = yield* Effect.promise(() => import("../views/access.ts"))
    return yield* showAccess({ settings, syncId, format, columns }, whose, resourceType)
  }, Effect.scoped),
)
