// Commands that work on the file which the demo left, each with what it answers.
import type { AccessReader } from "@rollcall/access"
import { Effect, Stream } from "effect"

/** The lines of the advice, as they can be typed. */
export const nextSteps = Effect.fnUntraced(function* (access: AccessReader, file: string) {
  const roles = yield* Stream.runCollect(access.entitlements({ resourceType: "workspaceRole" }))
  const owners = roles.find(({ resource }) => resource.id.resource.endsWith(":owner"))?.id ?? ""
  const [owner] = yield* Stream.runCollect(Stream.take(access.principals({ entitlement: owners }), 1))
  const rollcall = commandPrefix()
  const named = /^[\w./-]+$/.test(file) ? file : `'${file.replaceAll("'", String.raw`'\''`)}'`
  return [
    "# Who owns the workspace?",
    `${rollcall} principals -f ${named} -e ${owners}`,
    "# What may the first of them do, and through which roles and groups?",
    `${rollcall} access -f ${named} -t user -r ${owner?.id.resource ?? ""}`,
    "# Every member of every user group, for a spreadsheet",
    `${rollcall} grants -f ${named} -t userGroup -o csv`,
    "# How complete is it?",
    `${rollcall} stats -f ${named}`,
    "# The same for your own workspace: create the app, install it, then sync with its token",
    `${rollcall} manifest --link`,
  ]
})

/** How this command was started, as far as it shows: a checkout runs it through pnpm. */
const commandPrefix = (): string => {
  const pnpm = /^pnpm\/(\d+\.\d+\.\d+)/.exec(process.env["npm_config_user_agent"] ?? "")?.[1]
  return pnpm === undefined ? "rollcall" : `npx -y pnpm@${pnpm} rollcall`
}
