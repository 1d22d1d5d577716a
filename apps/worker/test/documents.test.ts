// The documentation tells of every metric, and of none that is not there.
import { globSync, readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { fileURLToPath } from "node:url"

const metrics = fileURLToPath(new URL("../src/metrics/", import.meta.url))
const page = fileURLToPath(new URL("../../../docs/deploy-kubernetes.md", import.meta.url))

it("docs/deploy-kubernetes.md has a row for every metric", () => {
  const declared = globSync("*.ts", { cwd: metrics }).flatMap((file) =>
    Array.from(
      readFileSync(`${metrics}${file}`, "utf8").matchAll(/Metric\.\w+\(\s*"(?<name>\w+)"/gu),
      (match) => match.groups?.["name"] ?? "",
    ),
  )
  const told = Array.from(
    readFileSync(page, "utf8").matchAll(/^\| `(?<name>(?:rollcall|process|nodejs)_\w+)` +\|/gmu),
    (match) => match.groups?.["name"] ?? "",
  )
  assert.isAbove(declared.length, 10)
  assert.deepStrictEqual(told.toSorted(), declared.toSorted())
})
