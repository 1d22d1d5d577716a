import { assert, it } from "@effect/vitest"
import { packageJson } from "../src/packageJson.ts"

it("the manifest of a connector names one version of each package, of ours the one that began it", () => {
  const manifest = packageJson("helpdesk", {})
  const versions = Object.entries(manifest).flatMap(([name, of]) =>
    /^(?:d|devD)ependencies$/u.test(name) ? Object.entries(of) : [],
  )
  assert.includeMembers(
    versions.map(([name]) => name),
    ["@rollcall/cli", "@rollcall/worker", "effect"],
  )
  for (const [name, version] of versions) assert.match(String(version), /^\d+\.\d+\.\d+/u, name)
})
