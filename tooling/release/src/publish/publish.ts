// Publishes a release that was made, in steps: what others find comes last, so that nothing names what is not there yet.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { changesOf } from "../changelog.ts"
import { imageFile } from "../image/makeImage.ts"
import { imageRevision } from "../image/layout.ts"
import { chartFile } from "../parts/chart.ts"
import { publicPackages } from "../parts/npm.ts"
import type { Release } from "../Release.ts"
import { repository } from "../Release.ts"
import { findHelm } from "../tools/helm.ts"
import { chartStep } from "./chart.ts"
import { fileSteps } from "./files.ts"
import { gitFileStep } from "./gitFile.ts"
import { imageStep } from "./image.ts"
import { npmSteps } from "./npm.ts"
import type { Step } from "./Step.ts"
import { runSteps } from "./Step.ts"

/** What CHANGELOG.md says of this version, if anything. */
export const notesOf = ({ version }: Release): string | undefined =>
  changesOf(readFileSync(join(repository, "CHANGELOG.md"), "utf8"), version)

/** Why a folder that was made before cannot be published as this release, one sentence each. */
export const unfit = (release: Release): ReadonlyArray<string> => {
  const image = imageFile(release)
  const packages = publicPackages().map(({ tarball }) => tarball)
  const missing = [...packages, image, chartFile(release), formulaFile, manifestFile].filter(
    (name) => !existsSync(join(release.folder, name)),
  )
  if (missing.length > 0)
    return [`${release.folder} has no ${missing.join(", ")}: make the whole release, of this version.`]
  const commit = imageRevision(join(release.folder, image))
  return commit === release.commit
    ? []
    : [`${release.folder} was made of the commit ${commit ?? "that nobody knows"}, and this is ${release.commit}.`]
}

const formulaFile = "rollcall.rb"
const manifestFile = "rollcall.json"

/** All that is published of a release. Its public names are there: who calls this has looked. */
const stepsOf = (release: Release): ReadonlyArray<Step> => {
  const { version, names, folder } = release
  const { upload, show } = fileSteps(release, notesOf(release) ?? "")
  const file = (name: string) => readFileSync(join(folder, name), "utf8")
  // npm believes where a package was built from a workflow alone, which says so by this variable.
  const provenance = process.env["ACTIONS_ID_TOKEN_REQUEST_URL"] !== undefined
  return [
    upload,
    ...npmSteps(release, { provenance }),
    imageStep({ tar: join(folder, imageFile(release)), version, repository: names.image ?? "" }),
    chartStep({ file: join(folder, chartFile(release)), version, repository: names.chart ?? "" }),
    show,
    gitFileStep({
      name: `Homebrew tap ${names.homebrewTap ?? ""}`,
      repository: tapAddress(names.homebrewTap ?? ""),
      path: "Formula/rollcall.rb",
      content: file(formulaFile),
      subject: `rollcall ${version}`,
    }),
    gitFileStep({
      name: `Scoop bucket ${names.scoopBucket ?? ""}`,
      repository: names.scoopBucket ?? "",
      path: "bucket/rollcall.json",
      content: file(manifestFile),
      subject: `rollcall: update to ${version}`,
    }),
  ]
}

/** The repository behind the name of a tap: `owner/tap` is `homebrew-tap` of that owner. */
const tapAddress = (tap: string): string => {
  const [owner = "", name = ""] = tap.split("/")
  return `https://github.com/${owner}/homebrew-${name}.git`
}

/** Publishes what is not published yet. Fails with `Unmade` at the first step that does not go through. */
export const publish = async (release: Release): Promise<void> => {
  findHelm()
  await runSteps(stepsOf(release), release.say)
  release.say(
    release.names.published === release.version
      ? `rollcall ${release.version} is published.`
      : `rollcall ${release.version} is published. Set "published" of release.json to "${release.version}", run \`pnpm get-it\`, and commit both.`,
  )
}
