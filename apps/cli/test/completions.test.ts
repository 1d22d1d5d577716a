// What shells complete, asked of the shells themselves where they are there.
import { execFileSync, spawnSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { runInProcess } from "./inProcess.ts"

const has = (shell: string): boolean => spawnSync(shell, ["-c", "true"]).status === 0

/** A folder with a file to complete, and with a shell's script under the name that the shell expects. */
const folderFor = Effect.fnUntraced(function* (shell: string, name: string) {
  const folder = yield* scratchFolder("completions")
  writeFileSync(join(folder, "acme.c1z"), "")
  writeFileSync(join(folder, name), (yield* runInProcess(["completions", shell])).out)
  return folder
})

describe("completions", () => {
  it.live.skipIf(!has("fish"))("offer commands, flags, choices and files in fish (skipped where there is none)", () =>
    Effect.gen(function* () {
      const folder = yield* folderFor("fish", "rollcall.fish")
      const offered = (line: string) =>
        execFileSync("fish", ["--no-config", "-c", "source rollcall.fish; complete -C $argv[1]", "--", line], {
          cwd: folder,
          env: { ...process.env, HOME: folder },
          encoding: "utf8",
        })
          .trimEnd()
          .split("\n")
          .map((found) => found.split("\t")[0])
      assert.deepStrictEqual(offered("rollcall gr"), ["grant", "grants"])
      assert.deepStrictEqual(offered("rollcall sync --keep"), ["--keep-sync-count"])
      assert.deepStrictEqual(offered("rollcall sync -o "), ["json", "ndjson", "table"])
      assert.deepStrictEqual(offered("rollcall sync -f ac"), ["acme.c1z"])
      assert.deepStrictEqual(offered("rollcall simulate --workspace ac"), ["acme.c1z"])
    }),
  )

  it.live.skipIf(!has("zsh"))(
    "are taken by zsh, from a file and from the functions' path (skipped where there is none)",
    () =>
      Effect.gen(function* () {
        const folder = yield* folderFor("zsh", "_rollcall")
        const known = (how: string) =>
          spawnSync("zsh", ["-f", "-c", `autoload -U compinit; ${how}; print $_comps[rollcall]`], {
            cwd: folder,
            env: { ...process.env, HOME: folder },
            encoding: "utf8",
          })
        for (const how of ["compinit -u -D; source ./_rollcall", "fpath=($PWD $fpath); compinit -u -D"]) {
          const { stdout, stderr } = known(how)
          assert.deepStrictEqual([stdout, stderr], ["_rollcall\n", ""], how)
        }
      }),
  )

  it.live("leave it to zsh to find the files that a flag names", () =>
    Effect.gen(function* () {
      const { out } = yield* runInProcess(["completions", "zsh"])
      for (const flag of ["file", "config", "token-file", "workspace", "from"]) {
        assert.match(out, new RegExp(String.raw`--${flag}\[.*\]:.*:_files`, "u"), flag)
      }
    }),
  )
})
