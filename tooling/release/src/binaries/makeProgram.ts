// A program of one file: Node of a system with both bundles inside, where they are files that the program alone sees.
import { execFileSync } from "node:child_process"
import { chmodSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { Unmade } from "../Part.ts"
import { fetchNode, nodeVersion } from "../fetchNode.ts"
import type { App } from "../appBundles.ts"
import { removeCertificate } from "../tools/osslsigncode.ts"
import { signAdHoc } from "../tools/rcodesign.ts"
import { formatFaults } from "./formatFaults.ts"
import { correctChecksum } from "./peChecksum.ts"
import { stripElf } from "./stripElf.ts"
import type { System } from "./systems.ts"

/** The folder of each app's bundle. */
export type Bundles = Readonly<Record<App, string>>

/** The file of the program, as it stands in archives. */
export const programFile = ({ format }: System): string => (format === "pe" ? "rollcall.exe" : "rollcall")

const entry = fileURLToPath(new URL("entry.mjs", import.meta.url))

/** Makes the program of a system in an empty folder; gives its path. The same bundles give the same bytes. */
export const makeProgram = (system: System, bundles: Bundles, folder: string): string => {
  if (process.versions.node !== nodeVersion) {
    throw new Unmade(
      `Node ${nodeVersion} has to make the binaries, as it is in them, and this is ${process.versions.node}.`,
    )
  }
  prepareNode[system.format](join(fetchNode(system.node), system.program), join(folder, "node"))
  copyFileSync(entry, join(folder, "entry.mjs"))
  const output = programFile(system)
  const settings = {
    main: "entry.mjs",
    mainFormat: "module",
    executable: "node",
    output,
    disableExperimentalSEAWarning: true,
    useVfs: true,
    // NODE_OPTIONS of somebody's shell are meant for programs of their own, and could have this one run other code.
    execArgvExtension: "none",
    assets: Object.fromEntries(Object.entries(bundles).flatMap(([app, from]) => filesOf(app, from))),
  }
  writeFileSync(join(folder, "sea.json"), JSON.stringify(settings))
  execFileSync(process.execPath, ["--build-sea", "sea.json"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] })
  const program = join(folder, output)
  chmodSync(program, 0o755)
  if (system.format === "mach-o") signAdHoc(program)
  if (system.format === "pe") correctChecksum(program)
  const faults = formatFaults(readFileSync(program), system)
  if (faults.length > 0) throw new Error(`${system.name}: ${faults.join("; ")}`)
  return program
}

const prepareNode: Readonly<Record<System["format"], (node: string, prepared: string) => void>> = {
  elf: (node, prepared) => writeFileSync(prepared, stripElf(readFileSync(node))),
  // It says who made Node, and would hold for none of the bytes any more.
  pe: removeCertificate,
  "mach-o": copyFileSync,
}

/** The files of a bundle, by the name that they get; maps stay outside, as in packages. */
const filesOf = (app: string, from: string): ReadonlyArray<readonly [string, string]> =>
  readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile() && !/\.(?:map|tgz)$|^THIRD_PARTY_LICENSES$/u.test(it.name))
    .map((it) => join(it.parentPath, it.name))
    .toSorted()
    .map((path) => [`${app}/${relative(from, path).replaceAll("\\", "/")}`, path] as const)
