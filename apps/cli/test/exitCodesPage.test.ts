import { readFileSync } from "node:fs"
import { assert, it } from "@effect/vitest"
import { exitCodes } from "@rollcall/connector"

it("the page on exit codes tells the code of every kind of failure", () => {
  const page = readFileSync(new URL("../../../docs/exit-codes.md", import.meta.url), "utf8")
  const told = [...page.matchAll(/^\| (\d+) +\| (\w+) +\|/gm)].map(([, code, kind]) => [kind, Number(code)])
  assert.deepStrictEqual(Object.fromEntries(told), exitCodes)
})
