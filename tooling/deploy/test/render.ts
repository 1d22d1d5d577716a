// Renders chart and kustomization with the programs that people use, where they are there.
import { spawnSync } from "node:child_process"
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join, relative } from "node:path"
import type { KubernetesObject } from "./kubernetesObject.ts"
import { deployFolder, objectsIn } from "./kubernetesObject.ts"

/** The path of a program, or `undefined` where this machine has none of that name. */
export const findProgram = (name: string): string | undefined =>
  (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable)

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** What a program made of a chart or a kustomization; `complaint` is empty where it made something. */
export interface Rendered {
  readonly objects: ReadonlyArray<KubernetesObject>
  /** What `helm test` makes, and no release has. */
  readonly tests: ReadonlyArray<KubernetesObject>
  readonly complaint: string
}

/** Runs a program in a folder that goes afterwards. */
const render = (write: (folder: string) => ReadonlyArray<string>): Rendered => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-rendered-"))
  try {
    const [program = "", ...args] = write(folder)
    // Both look for settings of their user's; there are none here.
    const { status, stdout, stderr } = spawnSync(program, args, {
      encoding: "utf8",
      env: { ...process.env, HOME: folder },
    })
    if (status !== 0) return { objects: [], tests: [], complaint: stderr }
    const all = objectsIn(stdout)
    return { objects: all.filter((one) => !isTest(one)), tests: all.filter(isTest), complaint: "" }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const isTest = ({ metadata }: KubernetesObject): boolean => metadata.annotations?.["helm.sh/hook"] === "test"

/** The objects that `helm install RELEASE` would make with these values, of the chart in the repository or of a packaged one. */
export const renderChart = (release: string, values: object, chart = join(deployFolder, "helm/rollcall")): Rendered =>
  render((folder) => {
    const file = join(folder, "values.json")
    writeFileSync(file, JSON.stringify(values))
    return ["helm", "template", release, chart, "--values", file]
  })

/** The objects that this kustomization makes, made in a folder beside a clone of this repository. */
export const renderKustomization = (kustomization: string): Rendered =>
  render((folder) => {
    const manifests = relative(folder, join(deployFolder, "kubernetes"))
    writeFileSync(
      join(folder, "kustomization.yaml"),
      kustomization.replaceAll("../rollcall/deploy/kubernetes", manifests),
    )
    return ["kustomize", "build", folder]
  })
