// The Dockerfile of docs/write-a-connector.md, as data.
import { readFileSync } from "node:fs"

const guide = readFileSync(new URL("../../../../docs/write-a-connector.md", import.meta.url), "utf8")
const dockerfile = /^```dockerfile\n(.*?)^```$/msu.exec(guide)?.[1] ?? ""

/** Its instructions in their order. */
export const instructions: ReadonlyArray<readonly [name: string, rest: string]> = dockerfile
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"))
  .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)])

/** What stands behind each instruction of a name. */
export const allOf = (name: string): ReadonlyArray<string> =>
  instructions.flatMap(([found, rest]) => (found === name ? [rest] : []))

/** The variables that it sets and the command that it starts, with folders of this machine in place of the image's. */
export const imageOf = (folders: Readonly<Record<string, string>> = {}) => {
  const here = (text: string) => Object.entries(folders).reduce((it, [from, to]) => it.replaceAll(from, to), text)
  const variables = allOf("ENV").flatMap((rest) => rest.split(" ").map((pair) => pair.split("=", 2)))
  const [command = ""]: ReadonlyArray<string> = JSON.parse(allOf("CMD").at(-1) ?? "[]")
  return {
    environment: Object.fromEntries(variables.map(([name = "", value = ""]) => [name, here(value)])),
    command: here(command),
  }
}
