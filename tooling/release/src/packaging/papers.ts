// What packages put beside the programs: manual pages and completion scripts, from the answers that a bundle has ready.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { manPage, pageName } from "./manPage.ts"
import type { Release } from "../Release.ts"
import { dateOf, emptyWork } from "../Release.ts"
import type { App } from "../appBundles.ts"
import { apps, bundleOf } from "../appBundles.ts"

/** The folder that holds them: `man/man1` and `completions/{bash,zsh,fish,powershell}`, named as systems look for them. */
export const papersOf = (release: Release): string => release.work("papers")

/** How a shell names the completions of a command. */
const completionFile: Readonly<Record<string, (app: string) => string>> = {
  bash: (app) => `bash/${app}`,
  zsh: (app) => `zsh/_${app}`,
  fish: (app) => `fish/${app}.fish`,
  powershell: (app) => `powershell/${app}.ps1`,
}

/** Writes the papers of both programs. */
export const writePapers = (release: Release): void => {
  const folder = emptyWork(release, "papers")
  for (const app of apps) {
    writeManual(release, app, join(folder, "man/man1"))
    for (const [shell, nameOf] of Object.entries(completionFile)) {
      const path = join(folder, "completions", nameOf(app))
      mkdirSync(join(path, ".."), { recursive: true })
      copyFileSync(join(bundleOf(app), `answers/completions/${shell}.txt`), path)
    }
  }
}

const writeManual = (release: Release, app: App, folder: string): void => {
  const help = join(bundleOf(app), "answers/help")
  const commands = readdirSync(help)
    .map((file) => file.replace(/\.txt$/u, "").replaceAll(".", " "))
    .toSorted()
  const manual = { source: `rollcall ${release.version}`, date: dateOf(release), commands }
  mkdirSync(folder, { recursive: true })
  for (const command of commands) {
    const text = readFileSync(join(help, `${command.replaceAll(" ", ".")}.txt`), "utf8")
    writeFileSync(join(folder, `${pageName(command)}.1.gz`), gzipSync(manPage(command, text, manual), { level: 9 }))
  }
}
