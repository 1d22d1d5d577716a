// The documentation as a site of plain files, which opens from a folder or from any web server.
import { makeSite } from "@rollcall/site"
import { join } from "node:path"
import { tarball } from "../binaries/archive.ts"
import type { Part } from "../Part.ts"
import { emptyWork } from "../Release.ts"

export const site: Part = {
  name: "site",
  about: "the documentation as a site",
  after: [],
  make: async (release) => {
    const name = `rollcall-${release.version}-docs`
    const folder = join(emptyWork(release, "site"), name)
    await makeSite(folder)
    tarball(folder, join(release.folder, `${name}.tar.gz`), release.committed)
    return [`${name}.tar.gz`]
  },
}
