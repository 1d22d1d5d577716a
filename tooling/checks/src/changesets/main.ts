// Prints which changed packages lack a changeset and how to write one; ends with 1 if there is any.
import { checkChangesets } from "./checkChangesets.ts"

const broken = checkChangesets(process.cwd())
for (const sentence of broken) console.error(sentence)
if (broken.length > 0) {
  console.error("\nSay what changes for whoever uses the package: npx -y pnpm@12.21.0 changeset")
  process.exitCode = 1
}
