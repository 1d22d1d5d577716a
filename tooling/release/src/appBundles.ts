// The bundles of both apps, which packages, programs and images are made of.
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import type { Release } from "./Release.ts"
import { environmentOf, repository } from "./Release.ts"

/** The apps by the name of their program. */
const folders = { rollcall: "apps/cli", "rollcall-worker": "apps/worker" } as const

/** The name of a program. */
export type App = keyof typeof folders

/** The programs. */
export const apps: ReadonlyArray<App> = ["rollcall", "rollcall-worker"]

/** Where the bundle of an app stands, once the part `bundles` is made: `main.mjs` is its entry. */
export const bundleOf = (app: App): string => join(repository, folders[app], "dist")

/** Builds the bundle of one app. */
export const makeBundle = (release: Release, app: App): void => {
  execFileSync("pnpm", ["--dir", join(repository, folders[app]), "run", "build"], {
    env: environmentOf(release),
    stdio: ["ignore", "ignore", "inherit"],
  })
}
