// Commands that work on the file which the demo left, each with what it answers.
import type { AccessReader } from "@rollcall/access"
import { Effect, Stream } from "effect"
import { ownCommand, quoted } from "../ownCommand.ts"

/** The lines of the advice, as they can be typed. */
export const nextSteps = Effect.fnUntraced(function* (access: AccessReader, file: string) {
  const roles = yield* Stream.runCollect(access.entitlements({ resourceType: "workspaceRole" }))
  const owners = roles.find(({ resource }) => resource.id.resource.endsWith(":owner"))?.id ?? ""
  const [owner] = yield* Stream.runCollect(Stream.take(access.principals({ entitlement: owners }), 1))
  const asked = owner?.account?.attributes().email ?? owner?.id.resource ?? ""
  const rollcall = (command: string, ...names: ReadonlyArray<string>) =>
    [ownCommand(), ...[command, "-f", file, ...names].map(quoted)].join(" ")
  return [
    "# Who are the admins?",
    rollcall("resources", "--kind", "admin"),
    "# What may the first owner do, and through which roles and groups?",
    rollcall("access", asked),
    "# Which disabled accounts still hold something?",
    rollcall("grants", "--status", "disabled"),
    "# Who stands out, and what could not be seen, as a page for others",
    rollcall("report", "--out", "report.html"),
    "# Everything in a browser",
    rollcall("explorer"),
    "# Everybody who holds something reviewed, from start to evidence: docs/access-review.md",
    `${ownCommand()} review --help`,
    "# The same for your own workspace: create the app, install it, then sync with its token",
    `${ownCommand()} manifest --link`,
  ]
})
