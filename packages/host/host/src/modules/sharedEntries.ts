// What a connector of somebody else shares with the process that runs it. Data alone, as the build of the apps reads it too.

/** The packages of Rollcall that a connector builds on. */
export const sharedPackages: ReadonlyArray<string> = [
  "@rollcall/api-client",
  "@rollcall/config",
  "@rollcall/connector",
  "@rollcall/connector-module",
  "@rollcall/resilience",
  "@rollcall/scim-client",
  "@rollcall/slack-api",
]

/** What is shared of `effect`: the whole with each of its modules (`effect/Schema`), and these parts of it. */
const partsOfEffect: ReadonlyArray<string> = ["effect", "effect/http", "effect/schema"]

/** The file of an entry point in a bundle that shares it. */
export const sharedFile = (entry: string): string =>
  `shared/${entry.replace("@rollcall/", "").replaceAll("/", "-")}.mjs`

/** The entry points that such a bundle has, by their file. */
export const sharedEntries: Readonly<Record<string, string>> = Object.fromEntries(
  [...partsOfEffect, ...sharedPackages].map((entry) => [sharedFile(entry), entry]),
)
