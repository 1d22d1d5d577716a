// The files that a Homebrew tap and a Scoop bucket are given.
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { hashesIn } from "../checksums.ts"
import { homebrewFormula, scoopManifest } from "../packaging/packageManagers.ts"
import type { Part } from "../Part.ts"
import type { Release } from "../Release.ts"

const archivesOf = async ({ version, names, folder }: Release) => ({
  version,
  repository: names.repository,
  hashes: await hashesIn(folder),
})

export const homebrew: Part = {
  name: "homebrew",
  about: "the formula of a Homebrew tap",
  after: ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"],
  make: async (release) => {
    writeFileSync(join(release.folder, "rollcall.rb"), homebrewFormula(await archivesOf(release)))
    return ["rollcall.rb"]
  },
}

export const scoop: Part = {
  name: "scoop",
  about: "the manifest of a Scoop bucket",
  after: ["win32-x64"],
  make: async (release) => {
    writeFileSync(join(release.folder, "rollcall.json"), scoopManifest(await archivesOf(release)))
    return ["rollcall.json"]
  },
}
