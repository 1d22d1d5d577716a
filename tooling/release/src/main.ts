// `pnpm release`: makes everything that a release consists of in `dist/release`, and publishes it. `--dry-run` makes it and publishes
// nothing; `--only PART` makes that part with what it needs; `--twice` makes it again elsewhere and compares; `--out FOLDER` puts it there.
// `--made FOLDER` publishes what was made there before, and tried on its systems, after a look at its sums.
import { existsSync, readdirSync, rmSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { writeChecksums, wrongSums } from "./checksums.ts"
import { makeTwice } from "./makeTwice.ts"
import type { Part } from "./Part.ts"
import { inOrder, Unmade } from "./Part.ts"
import { parts } from "./parts.ts"
import { notesOf, publish, unfit } from "./publish/publish.ts"
import { publicPackages } from "./parts/npm.ts"
import { foreignPackages, missingNames } from "./publicNames.ts"
import type { Release } from "./Release.ts"
import { releaseOf, repository } from "./Release.ts"

const options = {
  "dry-run": { type: "boolean", default: false },
  only: { type: "string", multiple: true, default: [] as Array<string> },
  twice: { type: "boolean", default: false },
  made: { type: "string" },
  out: { type: "string", default: join(repository, "dist/release") },
} as const

/** The exit codes of the command line: a wrong flag, work that came out wrong, something that has to be set first. */
const exit = { usage: 64, wrong: 1, configuration: 78 } as const

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const complain = (line: string): void => void process.stderr.write(`error: ${line}\n`)

/** Whether a folder may be emptied: it is the one that releases are made in, it is empty, or it holds a release. */
const isForReleases = (folder: string): boolean =>
  folder === options.out.default ||
  !existsSync(folder) ||
  readdirSync(folder).length === 0 ||
  existsSync(join(folder, "SHA256SUMS"))

/** Makes the parts in an empty folder, and the sums of all files. */
const make = async (folder: string, chosen: ReadonlyArray<Part>): Promise<Release> => {
  rmSync(folder, { recursive: true, force: true })
  const release = releaseOf(folder, say)
  say(`rollcall ${release.version}, commit ${release.commit.slice(0, 12)}${release.dirty ? " with changes" : ""}`)
  for (const part of chosen) {
    const made = await part.make(release)
    const lost = made.filter((name) => !existsSync(join(release.folder, name)))
    if (lost.length > 0) throw new Error(`${part.name} says that it made ${lost.join(", ")}, and did not.`)
    say(`${part.name}: ${made.length > 0 ? made.join(", ") : part.about}`)
  }
  await writeChecksums(release.folder)
  return release
}

/** Why this checkout cannot be published, one sentence each. */
const refusals = (release: Release): ReadonlyArray<string> => [
  ...missingNames(release.names).map((name) => `release.json has no ${name}: a person fills it in.`),
  ...foreignPackages(
    release.names,
    publicPackages().map(({ name }) => name),
  ).map((name) => `${name} is not of the scope ${release.names.npmScope ?? ""} of release.json: one of both is wrong.`),
  ...(release.dirty ? ["The working tree differs from its commit: commit first."] : []),
  ...(notesOf(release) === undefined ? [`CHANGELOG.md has no ${release.version}: write what changes for users.`] : []),
]

const run = async (): Promise<number> => {
  const { values } = parseArgs({ options })
  const chosen = inOrder(parts, values.only)
  const dryRun = values["dry-run"]
  if (!dryRun && values.only.length > 0) return (complain("A part alone is made with --dry-run."), exit.usage)
  if (values.made !== undefined && (dryRun || values.twice)) return (complain("--made goes alone."), exit.usage)

  const folder = resolve(values.made ?? values.out)
  if (values.made === undefined && !isForReleases(folder))
    return (
      complain(`${folder} holds something else than a release, which would be lost: name another folder.`), exit.usage
    )
  const refused = refusals(releaseOf(folder, say))
  for (const refusal of refused) (dryRun ? say : complain)(dryRun ? `Not to be published yet: ${refusal}` : refusal)
  if (!dryRun && refused.length > 0) return exit.configuration

  const release = values.made === undefined ? await make(folder, chosen) : releaseOf(folder, say)
  if (values.made !== undefined) {
    const wrong = [...(await wrongSums(folder)), ...unfit(release)]
    for (const sentence of wrong) complain(sentence)
    if (wrong.length > 0) return exit.wrong
  }
  if (values.twice) {
    const differences = makeTwice(release, values.only)
    for (const difference of differences) complain(difference)
    if (differences.length > 0) return exit.wrong
    say("Made again from another clone: every file has the same bytes.")
  }
  if (dryRun) return (say(`${release.folder} has the release. Nothing was published.`), 0)
  await publish(release)
  return 0
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
