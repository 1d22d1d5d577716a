// Makes the documentation site in dist/site: `pnpm site`.
import { rmSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { makeSite } from "./makeSite.ts"

const folder = fileURLToPath(new URL("../../../dist/site", import.meta.url))
rmSync(folder, { recursive: true, force: true })
await makeSite(folder)
process.stdout.write(`The documentation is in ${folder}: open index.html in a browser.\n`)
