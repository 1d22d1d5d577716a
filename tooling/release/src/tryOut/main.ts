// `pnpm try-release [FOLDER]`: installs all of a release that can run on this machine, each into an empty root, and tries it there; with
// `--only WORDS` those whose name has these words. It needs to be root, and Debian's tools; what it fetches is fetched once per machine.
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { existsSync, readdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { Unmade } from "../Part.ts"
import { releaseVersion, repository } from "../Release.ts"
import { artefacts } from "./artefacts.ts"
import { emptyRoot } from "./EmptyRoot.ts"
import { tryOut } from "./tryOut.ts"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: "string", multiple: true, default: [] as Array<string> } },
})
const folder = resolve(positionals[0] ?? join(repository, "dist/release"))
const names = existsSync(folder) ? readdirSync(folder) : []
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const tryAll = Effect.fnUntraced(function* () {
  const one = { seed: 7, users: 40, rateLimits: "off" } as const
  const workspaces = { before: yield* startSimulator(one), after: yield* startSimulator({ ...one, users: 41 }) }
  let [tried, failed] = [0, 0]
  const chosen = artefacts.filter(
    ({ name }) => values.only.length === 0 || values.only.some((part) => name.includes(part)),
  )
  for (const { name, files, base, install } of chosen) {
    const paths = files.flatMap((file) =>
      names
        .filter((it) => file.test(it))
        .slice(0, 1)
        .map((it) => join(folder, it)),
    )
    if (paths.length < files.length) {
      say(`${name}: not in this release`)
      continue
    }
    tried += 1
    const faults = yield* Effect.promise(async () => {
      const root = emptyRoot(base)
      try {
        return await tryOut({ version: releaseVersion(), root, workspaces }, await install(root, paths))
      } catch (cause) {
        if (cause instanceof Unmade) throw cause
        return [cause instanceof Error ? cause.message : String(cause)]
      } finally {
        root.remove()
      }
    })
    for (const fault of faults) say(`${name}: ${fault}`)
    if (faults.length === 0) say(`${name}: installed, and works`)
    else failed += 1
  }
  if (tried === 0) say(`${folder} has nothing that can be tried: make it with pnpm release --dry-run.`)
  return tried > 0 && failed === 0
})

try {
  process.exitCode = (await Effect.runPromise(Effect.scoped(tryAll()))) ? 0 : 1
} catch (cause) {
  if (!(cause instanceof Unmade)) throw cause
  process.stderr.write(`error: ${cause.message}\n`)
  process.exitCode = cause.exitCode
}
