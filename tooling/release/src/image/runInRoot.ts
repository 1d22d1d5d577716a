// Runs the image without a container engine: its root is a folder, read-only in a mount namespace of its own, the work folder is another one,
// and the user is any. It takes root's rights on this machine; network and processes are those of the machine.
import { spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { image } from "./image.ts"

/** Whether this machine and its user can do it. */
export const canRunInRoot = (): boolean =>
  process.platform === "linux" && process.getuid?.() === 0 && spawnSync("unshare", ["--mount", "true"]).status === 0

export interface RunInRoot {
  /** The folder that becomes `/`; `prepareRoot` has prepared it. */
  readonly root: string
  /** The folder that becomes the work folder. The user must be able to write it. */
  readonly workFolder: string
  readonly user: number
  readonly group: number
  /** Added to the variables of the image. Nothing of this process's own is passed on. */
  readonly environment?: Readonly<Record<string, string>>
  /** What is run; the worker by default. */
  readonly command?: ReadonlyArray<string>
}

/** Makes in a root what container engines make: files of the network, and places for the file systems of the kernel. */
export const prepareRoot = (root: string): void => {
  for (const folder of ["dev", "etc", "proc", image.workFolder]) mkdirSync(join(root, folder), { recursive: true })
  writeFileSync(join(root, "etc/hosts"), "127.0.0.1 localhost\n::1 localhost\n")
}

const script = `set -e
root=$1 work=$2 folder=$3 user=$4 group=$5
shift 5
mount --bind "$root" "$root"
mount --bind "$work" "$root$folder"
mount --rbind /dev "$root/dev"
mount --rbind /proc "$root/proc"
mount -o remount,bind,ro "$root"
exec env -i "$@"`

/** The command that does it, for `spawn`; the process that it starts becomes the program, so that signals reach it. */
export const runInRoot = (options: RunInRoot): readonly [string, ReadonlyArray<string>] => {
  const { root, workFolder, user, group, environment = {}, command = image.entrypoint } = options
  const variables = Object.entries({ ...image.environment, ...environment }).map(([name, value]) => `${name}=${value}`)
  const places = [root, workFolder, image.workFolder, String(user), String(group)]
  // The PATH is the image's by then.
  const enter = ["/usr/bin/unshare", "--root", root, "--wd", image.workFolder]
  const identity = ["--setgid", String(group), "--setuid", String(user), "--"]
  return ["unshare", ["--mount", "sh", "-c", script, "sh", ...places, ...variables, ...enter, ...identity, ...command]]
}
