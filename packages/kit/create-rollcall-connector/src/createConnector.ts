// Writes the template into a new folder, with the names of the system in it.
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { packageJson } from "./packageJson.ts"

/** What was asked for cannot be: the name or the folder will not do. Nothing was written. */
export class Refusal extends Error {}

/** How a connector is created. */
export interface CreateOptions {
  /** Packs packages into the folder, and tells the file of each by name, for use in place of published ones. */
  readonly pack?: (vendor: string) => Readonly<Record<string, string>>
}

const template = fileURLToPath(new URL("../template", import.meta.url))

/** Connectors that come with Rollcall, whose ids are taken. */
const taken = ["slack-pro", "slack-business-plus"]
const longest = 50

/** Creates the connector that the last part of the folder names. Throws a {@link Refusal} before anything is written. */
export const createConnector = (folder: string, { pack }: CreateOptions = {}): void => {
  const id = basename(folder)
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/u.test(id) || id.length > longest) {
    throw new Refusal(
      `${JSON.stringify(id)} cannot be the id of a connector. Use lower-case words with hyphens, such as my-system.`,
    )
  }
  if (taken.includes(id)) throw new Refusal(`${id} comes with Rollcall. Choose another name.`)
  if (existsSync(folder) && isInUse(folder)) {
    throw new Refusal(`${folder} is there already, and not an empty folder. Choose another name, or empty it.`)
  }
  mkdirSync(folder, { recursive: true })
  cpSync(template, folder, { recursive: true })
  // npm packs no file of this name. What is not the connector's own is not an image's either.
  renameSync(join(folder, "gitignore"), join(folder, ".gitignore"))
  copyFileSync(join(folder, ".gitignore"), join(folder, ".dockerignore"))
  for (const path of globSync("**/*.{ts,md}", { cwd: folder })) {
    const file = join(folder, path)
    writeFileSync(file, named(readFileSync(file, "utf8"), id))
  }
  const packed = pack?.(join(folder, "vendor")) ?? {}
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(packageJson(id, packed), undefined, 2)}\n`)
}

const isInUse = (folder: string): boolean => {
  try {
    return readdirSync(folder).length > 0
  } catch {
    // It is a file, or nobody may look into it.
    return true
  }
}

const words = (id: string): ReadonlyArray<string> => id.split("-")

/** A name for people: `My System`. */
export const displayNameOf = (id: string): string =>
  words(id)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ")

const named = (text: string, id: string): string =>
  text
    .replaceAll("my-system", id)
    .replaceAll("My System", displayNameOf(id))
    .replaceAll("MY_SYSTEM", words(id).join("_").toUpperCase())
