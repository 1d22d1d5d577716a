// Commands that work on the file which the demo left, each with what it answers.
import type { AccessReader } from "@rollcall/access"
import { Effect, Stream } from "effect"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { ownCommand, quoted } from "../ownCommand.ts"

/** Where these steps are described: the page of a clone, or the front page of the package. */
const guide = (): string => {
  const pages = ["../../../docs/first-steps.md", "../../../../docs/first-steps.md", "../README.md"]
  const found = pages.map((page) => fileURLToPath(new URL(page, import.meta.url))).find((page) => existsSync(page))
  return found === undefined ? "" : `: ${found}`
}

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
    "# Everything in a browser",
    rollcall("explorer"),
    "# Everybody who holds something reviewed, from start to evidence",
    `${ownCommand()} review --help`,
    `# The same for your own workspace, step by step${guide()}`,
    `${ownCommand()} init`,
  ]
})
