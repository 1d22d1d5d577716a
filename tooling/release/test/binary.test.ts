// The program of one file for this machine, as a release makes it: made once, and run as it lies in its archive.
import { assert, describe, it } from "@effect/vitest"
import { startSimulator } from "@rollcall/slack-simulator"
import { bundled } from "@rollcall/test-kit/bundles"
import { installClub } from "@rollcall/test-kit/club"
import { Effect } from "effect"
import { execFileSync, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { text } from "node:stream/consumers"
import { afterAll, beforeAll } from "vitest"
import { systems } from "../src/binaries/systems.ts"
import { makeArchive } from "../src/parts/binaries.ts"
import { releaseOf } from "../src/Release.ts"
import type { EmptyRoot, Ended, RunInside } from "../src/tryOut/EmptyRoot.ts"
import { tryOut } from "../src/tryOut/tryOut.ts"

const place = mkdtempSync(join(tmpdir(), "release-binary-"))
afterAll(() => rmSync(place, { recursive: true, force: true }))

/** A folder of this machine in place of a root: who runs the tests need not be root. */
const folderOnly = (bin: string): EmptyRoot => {
  const started = (command: ReadonlyArray<string>, { environment = {} }: RunInside = {}) => {
    const [program = "", ...args] = command
    const env = { PATH: bin, HOME: join(place, "home"), ...environment }
    const child = spawn(program, args, { cwd: join(place, "work"), env, stdio: ["ignore", "pipe", "pipe"] })
    const code = new Promise<number>((resolve) => void child.once("close", (status) => resolve(status ?? 1)))
    const ended = Promise.all([code, text(child.stdout), text(child.stderr)])
    return { child, ended: ended.then(([status, out, err]): Ended => ({ code: status, out, err })) }
  }
  return {
    folder: place,
    run: (command, options) => started(command, options).ended,
    start: (command, options) => {
      const { child, ended } = started(command, options)
      return { end: () => (child.kill("SIGTERM"), ended) }
    },
    remove: () => undefined,
  }
}

const system = systems.find(({ name }) => name === `${process.platform}-${process.arch}`)

describe.skipIf(system?.name !== "linux-x64")("the program of one file", () => {
  const release = releaseOf(join(place, "release"), () => undefined)
  const bin = join(place, "bin")
  let archive = ""
  beforeAll(async () => {
    const [cli, worker] = await Promise.all([bundled("cli"), bundled("worker")])
    const bundles = { rollcall: dirname(cli), "rollcall-worker": dirname(worker) }
    archive = await makeArchive(release, system!, { bundles })
    for (const folder of [bin, join(place, "work"), join(place, "home")]) mkdirSync(folder)
    execFileSync("tar", ["-xzf", join(release.folder, archive), "-C", bin, "--strip-components=1"])
  }, 120_000)

  it("comes with the worker's name and the licences of all that is in it", () => {
    assert.strictEqual(archive, `rollcall-${release.version}-linux-x64.tar.gz`)
    const files = readdirSync(bin, { recursive: true, encoding: "utf8" }).toSorted()
    const licences = ["licences", "licences/node", "licences/rollcall", "licences/rollcall-worker"]
    assert.deepStrictEqual(files, ["LICENSE", "README.md", ...licences, "rollcall", "rollcall-worker"])
  })

  it.live("runs the demo, syncs, compares, reports and works, and has a probe", () =>
    Effect.gen(function* () {
      const one = { seed: 7, users: 40, rateLimits: "off" } as const
      const workspaces = { before: yield* startSimulator(one), after: yield* startSimulator({ ...one, users: 41 }) }
      const installed = { rollcall: [join(bin, "rollcall")], worker: [join(bin, "rollcall-worker")] }
      const trial = { version: release.version, root: folderOnly(bin), workspaces }
      assert.deepStrictEqual(yield* Effect.promise(() => tryOut(trial, installed)), [])
    }).pipe(Effect.scoped),
  )

  it("loads a connector of another team, and runs no code that NODE_OPTIONS name", async () => {
    const name = installClub(join(place, "work"))
    const root = folderOnly(bin)
    const environment = { CLUB_KEY: "club_0123456789", NODE_OPTIONS: "--require=./not-there.cjs" }
    const synced = await root.run([join(bin, "rollcall"), "sync", "--connector", name, "-f", "club.c1z"], {
      environment,
    })
    assert.deepStrictEqual([synced.code, /Chess club/u.test(synced.err)], [0, true], synced.err)
  })

  it("is the worker where its first argument says so", async () => {
    const help = await folderOnly(bin).run([join(bin, "rollcall"), "worker", "--help"])
    assert.match(help.out, /rollcall-worker \[flags\]/u)
  })
})
