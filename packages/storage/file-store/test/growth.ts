// How much memory a large file takes that goes to a store and back.
import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { appendFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const child = fileURLToPath(new URL("./child.ts", import.meta.url))

/** The growth of a process's peak memory over that for small files, in MB, while 100 MB go to the store of a URL and back. */
export const growth = (url: string, folder: string, env = process.env): number => {
  const [large, small] = [join(folder, "large"), join(folder, "small")]
  writeFileSync(small, randomBytes(1024 ** 2))
  writeFileSync(large, "")
  for (let at = 0; at < 100; at++) appendFileSync(large, randomBytes(1024 ** 2))
  return Number(
    execFileSync(process.execPath, [child, url, "measure", "large.c1z", large, small], { encoding: "utf8", env }),
  )
}
