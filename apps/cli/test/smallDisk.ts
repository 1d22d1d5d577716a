// Disks that are full: a file system of a few kilobytes that is gone with the process, and a process whose files may not grow.
import { spawnSync } from "node:child_process"

/** Whether this machine lets its users mount file systems that only they see. */
export const canMount = spawnSync("unshare", ["--user", "--map-root-user", "--mount", "true"]).status === 0

/**
 * Runs the command with a file system of this size at the folder `disk`. `before` is run in it, and after the command its files are
 * printed with their checksums, as what is there can be seen from inside alone.
 */
export const onSmallDisk = (kilobytes: number, before: string): ReadonlyArray<string> => [
  "unshare",
  "--user",
  "--map-root-user",
  "--mount",
  "sh",
  "-c",
  `mkdir -p disk && mount -t tmpfs -o size=${kilobytes}k tmpfs disk && ${before} || exit 99
  "$@"; code=$?; find disk -type f | sort | xargs -r sha256sum; exit $code`,
  "sh",
]

/** Runs the command so that no file of it grows beyond this size, which is the same refusal as that of a full disk (EFBIG). */
export const withFileLimit = (kilobytes: number): ReadonlyArray<string> => [
  "bash",
  "-c",
  `ulimit -f ${kilobytes}; exec "$@"`,
  "bash",
]
