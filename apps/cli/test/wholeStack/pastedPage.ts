// A page of the documentation, whose commands are pasted into a terminal as they stand there.
import { spawn } from "node:child_process"
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { once } from "node:events"
import { delimiter, join } from "node:path"
import { text } from "node:stream/consumers"
import { assert } from "@effect/vitest"
import { started } from "@rollcall/test-kit/bundles"
import { Effect } from "effect"

const program = await started("cli")

/** The page of this name. */
export const readPage = (name: string): string =>
  readFileSync(new URL(`../../../../docs/${name}.md`, import.meta.url), "utf8")

/** The commands of a page, in their order. */
export const blocksOf = (page: string): ReadonlyArray<string> =>
  page
    .split("```sh\n")
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf("```")))

/** A terminal in the folder, where the settings of the workspace were pasted. It gives what commands printed, which end with 0. */
export const terminal = (folder: string, environment: Readonly<Record<string, string>>) => {
  const bin = join(folder, "bin")
  mkdirSync(bin)
  writeFileSync(join(bin, "rollcall"), `#!/bin/sh\nexec ${program.map((it) => `"${it}"`).join(" ")} "$@"\n`)
  chmodSync(join(bin, "rollcall"), 0o700)
  const pasted = Object.entries(environment).filter(([name]) => !["BATON_FILE", "BATON_OUTPUT_FORMAT"].includes(name))
  const path = [bin, process.env["PATH"]].join(delimiter)
  const env = { ...Object.fromEntries(pasted), HOME: folder, PATH: path, NO_COLOR: "1" }
  return Effect.fnUntraced(function* (commands: string) {
    const child = spawn("bash", ["-ec", commands], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] })
    const [stdout, stderr] = yield* Effect.promise(() =>
      Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]),
    )
    assert.strictEqual(child.exitCode, 0, `${commands}\n${stdout}\n${stderr}`)
    return stdout
  })
}
