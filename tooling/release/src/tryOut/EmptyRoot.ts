// A system with nothing of this machine in it: a folder that is `/` to what runs there, with processes and, where it is asked for, a network
// of its own.
import { execFile, execFileSync, spawn } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { cacheFolder } from "../cacheFolder.ts"
import { Unmade } from "../Part.ts"
import { unpackDebian } from "../tools/unpackDebian.ts"

/** How something is run in a root. */
export interface RunInside {
  readonly environment?: Readonly<Record<string, string>>
  /** Without a network, not even one on this machine; with it by default. */
  readonly offline?: boolean
}

/** How something ended. */
export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface EmptyRoot {
  /** Where its `/` is on this machine. */
  readonly folder: string
  readonly run: (command: ReadonlyArray<string>, options?: RunInside) => Promise<Ended>
  /** Starts what runs until it is told to end, by SIGTERM. */
  readonly start: (command: ReadonlyArray<string>, options?: RunInside) => { readonly end: () => Promise<Ended> }
  readonly remove: () => void
}

/** What a root has at first: Debian with what Node needs of it, or nothing at all. */
export type Base = "debian" | "nothing"

export const emptyRoot = (base: Base): EmptyRoot => {
  if (process.getuid?.() !== 0)
    throw new Unmade("Only root may change what `/` is: run it as root, in a container if need be.", 77)
  const folder = mkdtempSync(join(tmpdir(), "rollcall-root-"))
  if (base === "debian") execFileSync("tar", ["-xf", debian(), "-C", folder])
  for (const each of ["proc", "tmp", "root", "work"]) mkdirSync(join(folder, each), { recursive: true })
  const wrapped = (command: ReadonlyArray<string>, { environment = {}, offline = false }: RunInside) => {
    const own = ["--mount", "--pid", "--fork", "--kill-child", ...(offline ? ["--net"] : [])]
    const args = [...own, `--root=${folder}`, "--wd=/work", "--mount-proc", ...command]
    return { args, env: { PATH: pathInside, HOME: "/root", LANG: "C.UTF-8", ...environment } }
  }
  return {
    folder,
    run: async (command, options = {}) => {
      const { args, env } = wrapped(command, options)
      return new Promise((resolve) => {
        execFile("unshare", args, { env, encoding: "utf8", maxBuffer: 1 << 28 }, (error, out, err) =>
          resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err }),
        )
      })
    },
    start: (command, options = {}) => {
      const { args, env } = wrapped(command, options)
      const child = spawn("unshare", args, { env, stdio: ["ignore", "pipe", "pipe"] })
      const texts = { out: "", err: "" }
      child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.out += text))
      child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.err += text))
      const ended = new Promise<Ended>((resolve) => {
        child.once("close", (code) => resolve({ code: code ?? 1, ...texts }))
      })
      // `unshare` takes SIGTERM for itself and does nothing then.
      const end = (): Promise<Ended> => {
        for (const pid of childrenOf(child.pid)) process.kill(pid, "SIGTERM")
        return ended
      }
      return { end }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** None where it has ended by itself. */
const childrenOf = (pid: number | undefined): ReadonlyArray<number> => {
  const file = `/proc/${pid}/task/${pid}/children`
  return existsSync(file) ? readFileSync(file, "utf8").split(" ").filter(Boolean).map(Number) : []
}

const pathInside = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/** An archive of Debian's essential packages and the libraries that Node's binaries ask for, made once per machine. */
const debian = (): string => {
  const archive = join(cacheFolder("debian"), "bookworm-with-libatomic.tar")
  if (existsSync(archive)) return archive
  const mmdebstrap = unpackDebian("mmdebstrap", "usr/bin/mmdebstrap")
  const args = ["--quiet", "--variant=essential", "--include=libatomic1,libstdc++6", "bookworm", `${archive}.made`]
  execFileSync(mmdebstrap, ["--format=tar", ...args], { stdio: ["ignore", "ignore", "inherit"] })
  renameSync(`${archive}.made`, archive)
  return archive
}
