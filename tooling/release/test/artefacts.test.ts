import { assert, describe, it } from "@effect/vitest"
import { systems } from "../src/binaries/systems.ts"
import { imageFile } from "../src/image/makeImage.ts"
import { chartFile } from "../src/parts/chart.ts"
import { publicPackages } from "../src/parts/npm.ts"
import { artefacts } from "../src/tryOut/artefacts.ts"
import { someRelease } from "./someRelease.ts"

describe("what is tried of a release", () => {
  const release = someRelease("")
  const { version } = release
  const names = [
    ...publicPackages().map(({ tarball }) => tarball),
    ...systems.map(({ name, format }) => `rollcall-${version}-${name}.${format === "pe" ? "zip" : "tar.gz"}`),
    ...["amd64", "arm64"].map((architecture) => `rollcall_${version}_${architecture}.deb`),
    imageFile(release),
    chartFile(release),
  ]

  it.each(artefacts)("finds the file of $name, and no other", ({ files }) => {
    for (const file of files)
      assert.lengthOf(
        names.filter((name) => file.test(name)),
        1,
        String(file),
      )
  })
})
