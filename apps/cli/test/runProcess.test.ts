// How the process ends.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { assert, it } from "@effect/vitest"

it("a second Ctrl-C ends even a program that cannot be interrupted, with 130", async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL("stubbornProgram.ts", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  await once(child.stdout, "data")
  child.kill("SIGINT")
  // Signals of one kind that come at once are one signal; the second has to come after the first was taken.
  const again = setInterval(() => child.kill("SIGINT"), 50)
  const [code] = await once(child, "exit")
  clearInterval(again)
  assert.strictEqual(code, 130)
})

it("an interruption without a signal ends with 1", async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL("interruptedProgram.ts", import.meta.url))], {
    stdio: "ignore",
  })
  const [code] = await once(child, "exit")
  assert.strictEqual(code, 1)
})

it("a signal that comes when all is done changes nothing", async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL("finishedProgram.ts", import.meta.url))], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  await once(child.stdout, "data")
  child.kill("SIGTERM")
  const [code] = await once(child, "exit")
  assert.strictEqual(code, 7)
})
