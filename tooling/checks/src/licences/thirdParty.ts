// The licences of the packages whose code is in a bundle. Most of them ask that their text goes wherever the code goes.
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** The file that stands next to a bundle. */
export const licencesFile = "THIRD_PARTY_LICENSES"

/** What a package says of itself. */
interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly homepage?: string
  readonly repository?: string | { readonly url?: string }
}

/** The text that belongs to a bundle, and what is missing from it, a sentence each. */
export interface ThirdParty {
  readonly text: string
  readonly faults: ReadonlyArray<string>
}

/**
 * The folders of the packages that these modules come from. Ours are no third party's, and lie elsewhere; the helpers that
 * Rolldown adds to a bundle are a module without a folder.
 */
export const packageFolders = (modules: ReadonlyArray<string>): ReadonlyArray<string> => {
  const folders = modules.flatMap((module) => {
    if (/\0?rolldown[/:]runtime/.test(module))
      return dirname(fileURLToPath(import.meta.resolve("rolldown/package.json")))
    return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module)?.[1] ?? []
  })
  return [...new Set(folders)].toSorted()
}

/** The licences of the packages in these folders. */
export const thirdParty = (folders: ReadonlyArray<string>): ThirdParty => {
  const packages = folders.map((folder) => ({ folder, manifest: manifestOf(folder), texts: textsOf(folder) }))
  return {
    text: [
      "This software holds code of the packages below, each under the licence that follows its name.\n",
      ...packages.map(({ manifest, texts }) => [rule, headOf(manifest), ...texts].join("\n\n")),
    ].join("\n"),
    faults: packages
      .filter(({ texts }) => texts.length === 0)
      .map(
        ({ manifest: { name, license = "no licence" } }) =>
          `${name} (${license}) comes without the text of its licence: say in thirdParty.ts where it stands`,
      ),
  }
}

/** A package that a text of licences names. */
export interface NamedPackage {
  readonly name: string
  readonly version: string
  /** As its package.json has it, an SPDX expression; a package that has none, has none here. */
  readonly licence: string | undefined
}

/** The packages whose licences are in such a text. */
export const packagesNamedIn = (text: string): ReadonlyArray<NamedPackage> =>
  text.split(`${rule}\n\n`).flatMap((part) => {
    const [, name, version, licence] =
      /^((?:@[\w.-]+\/)?[\w.-]+) (\d[^\s,]*)(?:, (.+))?$/mu.exec(part.split("\n")[0] ?? "") ?? []
    return name === undefined || version === undefined ? [] : [{ name, version, licence }]
  })

const rule = "-".repeat(80)

const headOf = ({ name, version, license, homepage, repository }: Manifest): string =>
  [
    `${name} ${version}${license === undefined ? "" : `, ${license}`}`,
    (typeof repository === "string" ? repository : repository?.url) ?? homepage ?? [],
  ]
    .flat()
    .join("\n")

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

/** Files that hold a licence, or what a licence asks to be passed on. */
const paper = /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i

const textsOf = (folder: string): ReadonlyArray<string> => {
  const papers = readdirSync(folder)
    .filter((file) => paper.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8").trim())
  return papers.length > 0 ? papers : (textsElsewhere[manifestOf(folder).name]?.(folder) ?? [])
}

// This repository is under the same licence, and has its text.
const apache = (): string => readFileSync(fileURLToPath(new URL("../../../../LICENSE", import.meta.url)), "utf8").trim()

/** Packages that name their licence in package.json alone, and where its text is. */
const textsElsewhere: Readonly<Record<string, (folder: string) => ReadonlyArray<string>>> = {
  "@aws-sdk/credential-provider-http": () => [apache()],
  "@aws-sdk/credential-provider-login": () => [apache()],
  "@aws-sdk/nested-clients": () => [apache()],
  "@bufbuild/protobuf": (folder) => [apache(), ...commentOf(join(folder, "dist/esm/wire/varint.js"))],
  "@connectrpc/connect": () => [apache()],
  "@connectrpc/connect-node": () => [apache()],
}

/** The comment at the beginning of a source, where its licence stands. */
const commentOf = (file: string): ReadonlyArray<string> => {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : []
  const end = lines.findIndex((line) => !line.startsWith("//"))
  const comment = lines.slice(0, end).map((line) => line.replace(/^\/\/ ?/, ""))
  return comment.length === 0 ? [] : [comment.join("\n")]
}
