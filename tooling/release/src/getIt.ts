// How to get Rollcall, in one line for each system: a table of the front page. Until a version is published it names the files that
// `pnpm release --dry-run` makes, and no name that is not ours.
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { PublicNames } from "./publicNames.ts"
import { readPublicNames } from "./publicNames.ts"
import { repository } from "./Release.ts"

const begin = "<!-- made by `pnpm get-it` -->"
const end = "<!-- until here -->"

/** The lines between the marks. `version` is that of the sources. */
export const getIt = (names: PublicNames, version: string): string => {
  const files = names.published === null
  const rows = files ? fromFiles(version) : fromNames(names, names.published)
  const introduction = files
    ? `No version is published yet: \`npx -y pnpm@12.21.0 release --dry-run\` makes these files in \`dist/release\`, and there one line installs
them. \`--only PART\` makes one alone.`
    : `Version ${names.published} is published; [its files](${names.repository ?? ""}/releases/tag/v${names.published}) have sums and a signature.`
  const width = Math.max(...rows.map(([system]) => system.length))
  return [
    begin,
    "",
    introduction,
    "",
    `| ${"system".padEnd(width)} | line |`,
    `| ${"-".repeat(width)} | --- |`,
    ...rows.map(([system, line]) => `| ${system.padEnd(width)} | \`${line}\` |`),
    "",
    end,
  ].join("\n")
}

type Row = readonly [system: string, line: string]

const fromFiles = (version: string): ReadonlyArray<Row> => [
  [
    "Linux (x64, arm64)",
    `tar -xzf rollcall-${version}-linux-x64.tar.gz && sudo install rollcall-${version}-linux-x64/rollcall* /usr/local/bin`,
  ],
  ["Debian, Ubuntu", `sudo apt install ./rollcall_${version}_amd64.deb`],
  [
    "macOS (arm64, x64)",
    `tar -xzf rollcall-${version}-darwin-arm64.tar.gz && sudo install rollcall-${version}-darwin-arm64/rollcall* /usr/local/bin`,
  ],
  ["Windows (PowerShell)", `Expand-Archive rollcall-${version}-win32-x64.zip .`],
  ["Node 22.19 or newer", `npm install --global ./rollcall-cli-${version}.tgz ./rollcall-worker-${version}.tgz`],
  ["a container", `podman load --input rollcall-worker-${version}-oci.tar`],
  ["Kubernetes", `helm install rollcall ./rollcall-${version}.tgz`],
]

const fromNames = (names: PublicNames, version: string): ReadonlyArray<Row> => {
  const file = (name: string) => `${names.repository ?? ""}/releases/download/v${version}/${name}`
  const linux = `rollcall-${version}-linux-x64`
  return [
    [
      "Linux (x64, arm64)",
      `curl -fsSL ${file(`${linux}.tar.gz`)} \\| sudo tar -xz --strip-components=1 -C /usr/local/bin ${linux}/rollcall ${linux}/rollcall-worker`,
    ],
    [
      "Debian, Ubuntu",
      `curl -fsSLO ${file(`rollcall_${version}_amd64.deb`)} && sudo apt install ./rollcall_${version}_amd64.deb`,
    ],
    ["macOS, Linux (Homebrew)", `brew install ${names.homebrewTap ?? ""}/rollcall`],
    ["Windows (Scoop)", `scoop bucket add rollcall ${names.scoopBucket ?? ""}; scoop install rollcall`],
    ["Node 22.19 or newer", `npm install --global ${names.npmScope ?? ""}/cli ${names.npmScope ?? ""}/worker`],
    ["a container", `docker pull ${names.image ?? ""}:${version}`],
    ["Kubernetes", `helm install rollcall ${names.chart ?? ""}/rollcall --version ${version}`],
  ]
}

/** A text with the table in place of the one between its marks. Throws where it has none. */
export const withGetIt = (text: string, table: string): string => {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`README.md has no place between "${begin}" and "${end}".`)
  return text.slice(0, from) + table + text.slice(to + end.length)
}

/** The table of this checkout. */
export const currentGetIt = (): string => {
  const { version }: { readonly version: string } = JSON.parse(
    readFileSync(join(repository, "apps/cli/package.json"), "utf8"),
  )
  return getIt(readPublicNames(join(repository, "release.json")), version)
}

// `pnpm get-it` writes it.
if (import.meta.main) {
  const readme = join(repository, "README.md")
  writeFileSync(readme, withGetIt(readFileSync(readme, "utf8"), currentGetIt()))
}
