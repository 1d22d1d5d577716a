// Helm, which packages the chart and pushes it: one on the PATH if it is new enough, else the one that tests have too.
import { execFileSync, spawnSync } from "node:child_process"
import { delimiter, join } from "node:path"
import { repository } from "../Release.ts"

/** Puts Helm 4 on the PATH of this process; where none can be built, whoever calls it says so. */
export const findHelm = (): void => {
  const { stdout } = spawnSync("helm", ["version", "--short"], { encoding: "utf8" })
  if (/^v(?:[4-9]|\d\d)/u.test(stdout ?? "")) return
  const folders = execFileSync("bash", [join(repository, ".ci/renderers")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  })
  process.env["PATH"] = `${folders.trim()}${delimiter}${process.env["PATH"] ?? ""}`
}
