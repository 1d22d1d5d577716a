// Bundles the scripts of all pages into the modules that hold them: `pnpm page-scripts`.
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { fileURLToPath } from "node:url"
import { moduleOf, pageScripts } from "./pageScripts.ts"

const root = fileURLToPath(new URL("../../../../", import.meta.url))
for (const script of pageScripts(root)) {
  mkdirSync(dirname(script.module), { recursive: true })
  // oxlint-disable-next-line no-await-in-loop -- One after the other, as there are three.
  writeFileSync(script.module, await moduleOf(script))
}
