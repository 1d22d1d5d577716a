// Prints the faults of the packed package whose path it is given; ends with 1 if there is any.
import { checkPack } from "./checkPack.ts"

const [tarball = "dist/pack.tgz"] = process.argv.slice(2)
const faults = checkPack(tarball)
for (const sentence of faults) console.error(`${tarball}: ${sentence}`)
if (faults.length > 0) process.exitCode = 1
