// `pnpm release`: makes everything that a release consists of in `dist/release`, and publishes it. `--dry-run` makes it and publishes
// nothing; `--only PART` makes that part with what it needs; `--twice` makes it again elsewhere and compares; `--out FOLDER` puts it there.
import { existsSync, rmSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { writeChecksums } from "./checksums.ts"
import { makeTwice } from "./makeTwice.ts"
import { inOrder, Unmade } from "./Part.ts"
import { parts } from "./parts.ts"
import { publish } from "./publish/publish.ts"
import { missingNames } from "./publicNames.ts"
import { releaseOf, repository } from "./Release.ts"

const options = {
  "dry-run": { type: "boolean", default: false },
  only: { type: "string", multiple: true, default: [] as Array<string> },
  twice: { type: "boolean", default: false },
  out: { type: "string", default: join(repository, "dist/release") },
} as const

/** The exit codes of the command line: a wrong flag, work that came out wrong, something that has to be set first. */
const exit = { usage: 64, wrong: 1, configuration: 78 } as const

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const complain = (line: string): void => void process.stderr.write(`error: ${line}\n`)

const run = async (): Promise<number> => {
  const { values } = parseArgs({ options })
  const chosen = inOrder(parts, values.only)
  const release = releaseOf(resolve(values.out), say)
  const dryRun = values["dry-run"]

  const missing = missingNames(release.names)
  if (missing.length > 0) {
    const sentence = `release.json has no ${missing.join(", ")}: nothing can be published until a person fills it in.`
    if (!dryRun) return (complain(sentence), exit.configuration)
    say(sentence)
  }
  if (!dryRun && values.only.length > 0) return (complain("A part alone is made with --dry-run."), exit.usage)
  if (!dryRun && release.dirty)
    return (complain("The working tree differs from its commit: commit first."), exit.configuration)

  say(`rollcall ${release.version}, commit ${release.commit.slice(0, 12)}${release.dirty ? " with changes" : ""}`)
  rmSync(release.folder, { recursive: true, force: true })
  const fresh = releaseOf(release.folder, say)
  for (const part of chosen) {
    const made = await part.make(fresh)
    const lost = made.filter((name) => !existsSync(join(fresh.folder, name)))
    if (lost.length > 0) throw new Error(`${part.name} says that it made ${lost.join(", ")}, and did not.`)
    say(`${part.name}: ${made.length > 0 ? made.join(", ") : part.about}`)
  }
  await writeChecksums(fresh.folder)

  if (values.twice) {
    const differences = makeTwice(fresh, values.only)
    for (const difference of differences) complain(difference)
    if (differences.length > 0) return exit.wrong
    say("Made again from another clone: every file has the same bytes.")
  }
  if (dryRun) return (say(`${fresh.folder} has the release. Nothing was published.`), 0)
  return publish(fresh)
}

// Archives write times of this zone.
process.env["TZ"] = "UTC"
try {
  process.exitCode = await run()
} catch (cause) {
  if (cause instanceof Unmade) {
    complain(cause.message)
    process.exitCode = cause.exitCode
  } else if (cause instanceof TypeError && "code" in cause && String(cause.code).startsWith("ERR_PARSE_ARGS")) {
    complain(cause.message)
    process.exitCode = exit.usage
  } else throw cause
}
