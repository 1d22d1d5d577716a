// A process that takes one step of a campaign, and kills itself in the midst of one of its changes to the disk:
// `<step> <folder> <the number of the change>`. Of a write half is done. It tells how
// many changes there were, where it lives.
import fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import { Effect } from "effect"
import type { Step } from "./steps.ts"

const [step = "", folder = "", last = "0"] = process.argv.slice(2)
let changes = 0

const isLast = (): boolean => ++changes === Number(last)

const die = (): never => {
  process.kill(process.pid, "SIGKILL")
  // A signal to oneself may take a moment.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

const { writeSync, renameSync, fsyncSync, ftruncateSync, rmSync } = fs
Object.assign(fs, {
  writeSync: (file: number, bytes: Buffer, from = 0, length = bytes.length - from, at: number | null = null) => {
    if (!isLast()) return writeSync(file, bytes, from, length, at)
    writeSync(file, bytes, from, Math.floor(length / 2), at)
    return die()
  },
  renameSync: (...args: Parameters<typeof renameSync>) => (isLast() ? die() : renameSync(...args)),
  fsyncSync: (...args: Parameters<typeof fsyncSync>) => (isLast() ? die() : fsyncSync(...args)),
  ftruncateSync: (...args: Parameters<typeof ftruncateSync>) => (isLast() ? die() : ftruncateSync(...args)),
  rmSync: (...args: Parameters<typeof rmSync>) => (isLast() ? die() : rmSync(...args)),
})
syncBuiltinESMExports()

const { stepsIn } = await import("./steps.ts")
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
await Effect.runPromise(stepsIn(folder)[step as Step])
process.stdout.write(String(changes))
