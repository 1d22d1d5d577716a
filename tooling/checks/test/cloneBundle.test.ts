// The commands in bin/, in a copy of this repository that shares its installed packages.
import { spawn, spawnSync } from "node:child_process"
import type { ChildProcess } from "node:child_process"
import { once as event } from "node:events"
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, test } from "vitest"

const root = fileURLToPath(new URL("../../../", import.meta.url))
const folders: Array<string> = []

afterAll(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}, 60_000)

const once = <A>(make: () => A): (() => A) => {
  let made: { readonly value: A } | undefined
  return () => (made ??= { value: make() }).value
}

const closed = async (child: ChildProcess): Promise<unknown> => (await event(child, "close"))[0]

/** A copy of the sources, which shares what is installed unless it is to have nothing. */
const copyOfSources = ({ installed = true } = {}): string => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "rollcall-clone-")))
  folders.push(folder)
  for (const entry of ["apps", "bin", "packages", "tooling", "LICENSE", "package.json", "pnpm-lock.yaml"]) {
    const filter = (path: string) => !["dist", "test", ".turbo", ".vite"].includes(basename(path))
    cpSync(join(root, entry), join(folder, entry), { recursive: true, verbatimSymlinks: true, filter })
  }
  if (installed) symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  return folder
}

const run = (clone: string, ...args: ReadonlyArray<string>) =>
  spawnSync(join(clone, "bin/rollcall"), args, { cwd: tmpdir(), encoding: "utf8" })

const bundlesIn = (clone: string): ReadonlyArray<string> =>
  existsSync(join(clone, "dist/bin"))
    ? readdirSync(join(clone, "dist/bin")).filter((name) => !name.includes(".lock"))
    : []

const building = "Building rollcall"

describe("The command of a clone", () => {
  // One copy for the tests that build, in this order.
  const clone = once(() => copyOfSources())

  test("leaves nothing that runs when its build is killed.", async () => {
    const child = spawn(join(clone(), "bin/rollcall"), ["--version"], { detached: true })
    await expect.poll(() => bundlesIn(clone()).length, { timeout: 30_000, interval: 5 }).toBeGreaterThan(0)
    process.kill(-Number(child.pid), "SIGKILL")
    await closed(child)
    expect(bundlesIn(clone())).toStrictEqual([expect.stringMatching(/^\.cli-\d+$/u)])
  })

  test("is built by one of two that start at once, and then not again.", async () => {
    const both = [0, 1].map(async () => {
      const child = spawn(join(clone(), "bin/rollcall"), ["--version"], { cwd: tmpdir() })
      const said: Array<string> = []
      for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => said.push(text.toString()))
      return { status: await closed(child), said: said.join("") }
    })
    const ran = await Promise.all(both)
    expect(ran.map(({ status }) => status)).toStrictEqual([0, 0])
    expect(ran.filter(({ said }) => said.includes(building))).toHaveLength(1)
    const { version } = JSON.parse(readFileSync(join(root, "apps/cli/package.json"), "utf8"))
    expect(ran.every(({ said }) => said.includes(`rollcall ${version} (from a clone), Node v`))).toBe(true)
    expect(bundlesIn(clone())).toStrictEqual([expect.stringMatching(/^cli-\d+$/u)])
    expect(run(clone(), "--version").stderr).toBe("")
  })

  test("keeps what Node compiles of it, in a folder of the user alone.", () => {
    const compiled = join(clone(), "dist/bin", bundlesIn(clone())[0] ?? "", "compiled")
    expect(statSync(compiled).mode & 0o777).toBe(0o700)
    run(clone(), "stats", "-f", "no-such-file.c1z")
    expect(readdirSync(compiled)).toHaveLength(1)
  })

  test("is built again when a source has changed, though its size has not.", () => {
    const source = join(clone(), "apps/cli/src/rollcall.ts")
    const text = readFileSync(source, "utf8")
    expect(text).toContain("Show and change that access")
    writeFileSync(source, text.replace("Show and change that access", "See and alter that access !"))
    const changed = run(clone(), "--help")
    expect(changed.stderr).toContain(building)
    expect(changed.stdout).toContain("See and alter that access !")
    expect(bundlesIn(clone())).toHaveLength(2)
  })

  test("runs from the sources where nothing can be written, and says so.", () => {
    const readOnly = copyOfSources()
    // A file where the folder would be: tests may run as root, whom permissions do not stop.
    writeFileSync(join(readOnly, "dist"), "")
    const ran = run(readOnly, "stats", "-f", "no-such-file.c1z")
    expect(ran.stderr).toContain("warning: rollcall could not be built")
    expect(ran.stderr).toContain("no-such-file.c1z")
    expect(ran.status).not.toBe(0)
  })

  test("says what to do where nothing is installed.", () => {
    const ran = run(copyOfSources({ installed: false }), "--version")
    expect(ran.stderr).toContain("Run `npx -y pnpm@12.21.0 install` there")
    expect(ran.status).toBe(78)
  })
})
