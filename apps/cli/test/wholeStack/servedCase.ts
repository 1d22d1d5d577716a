// Workspaces and replies that once broke the product, served by a fake Slack that shares no code with ours. They stand
// outside this repository, in `../shared/cases`.
import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import type { RunOptions } from "./command.ts"
import { rollcall } from "./command.ts"

const folder = fileURLToPath(new URL("../../../../../shared/cases/", import.meta.url))

/** Why the cases cannot be served here; undefined where they can. */
export const whyNoCases: string | undefined = !existsSync(folder)
  ? "the folder is absent"
  : spawnSync("python3", ["--version"]).status === 0
    ? undefined
    : "python3 is absent"

/** What a command is given: the bot token alone, the Business+ token alone, or both. */
export type Tokens = "pro" | "business-plus" | "both"

/** A place for the file of a case, and a server of its workspace. */
export const servedCase = Effect.fnUntraced(function* (name: string) {
  const file = join(yield* scratchFolder("case"), "sync.c1z")

  /** Serves the workspace as it should be, or with the replies bent, until the scope ends. */
  const serve = Effect.fnUntraced(function* (replies: "healthy" | "bent") {
    const twist = join(folder, "slack", `${name}.twist.py`)
    const program = ["serve.py", join("slack", `${name}.json`), "--port", "0"]
    const bending = replies === "bent" && existsSync(twist) ? ["--twist", twist] : []
    const server = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn("python3", ["-B", ...program, ...bending], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] }),
      ),
      (child) => Effect.sync(() => child.kill()),
    )
    const [line] = yield* Effect.promise(() => once(createInterface(server.stdout), "line"))
    const { webApiUrl, scimUrl }: { webApiUrl: string; scimUrl: string } = JSON.parse(String(line))
    const environment = {
      BATON_BASE_URL: webApiUrl,
      BATON_SCIM_BASE_URL: scimUrl,
      BATON_FILE: file,
      BATON_RATE_LIMITS: "off",
    }
    const run = (given: Tokens, args: ReadonlyArray<string>, options: RunOptions) =>
      rollcall(args, {
        ...options,
        environment: {
          ...environment,
          BATON_TOKEN: given === "business-plus" ? "" : "xoxb-oracle",
          BATON_BUSINESS_PLUS_TOKEN: given === "pro" ? "" : "xoxp-oracle",
          ...options.environment,
        },
      })
    /** Who is in the IdP group of the workspace, and which accounts are active, as the server holds it now. */
    const state = Effect.promise(async () => {
      const text = await fetch(new URL("/_state", webApiUrl)).then((reply) => reply.text())
      const held: {
        groups: Readonly<Record<string, ReadonlyArray<string>>>
        active: Readonly<Record<string, boolean>>
      } = JSON.parse(text)
      return { members: held.groups["S0000F000"] ?? [], active: held.active }
    })
    return { run, state }
  })
  return { file, serve }
})
