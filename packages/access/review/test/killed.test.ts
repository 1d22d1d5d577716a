// A command that is killed in the midst of any of its changes to the disk leaves a whole campaign, and can be run again.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { cpSync, existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { checkEvidence, openCampaign } from "../src/index.ts"
import { office } from "@rollcall/test-kit/office"
import { syncOffice } from "./syncOffice.ts"
import type { Step } from "./killed/steps.ts"
import { stepsIn } from "./killed/steps.ts"

const program = fileURLToPath(new URL("killed/takeStep.ts", import.meta.url))

/** Takes the step in a process that dies at its change of this number, or of none; tells whether it died, and the changes it made. */
const taken = Effect.fnUntraced(function* (step: Step, folder: string, change: number) {
  const child = spawn(process.execPath, [program, step, folder, String(change)], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const [told, [code, signal]] = yield* Effect.promise(() => Promise.all([text(child.stdout), once(child, "exit")]))
  assert.isTrue(signal === "SIGKILL" || code === 0, `${step} ended with ${String(code)}`)
  return { isKilled: signal === "SIGKILL", changes: Number(told) }
})

const linesIn = (path: string) =>
  existsSync(join(path, "log.ndjson"))
    ? openCampaign(path).pipe(
        Effect.map(({ log }) => log.lines.length),
        // Nothing of the first line counts before it is whole.
        Effect.catchIf(
          ({ reason }) => reason === "OutOfOrder",
          () => Effect.succeed(0),
        ),
      )
    : Effect.succeed(0)

describe("a command that is killed", () => {
  it.live(
    "in the midst of its work or of its line in the log leaves a whole campaign, whichever step it takes",
    () =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder("review")
        const path = join(folder, "campaign")
        const before = join(folder, "before")
        const restore = () => {
          rmSync(path, { recursive: true, force: true })
          if (existsSync(before)) cpSync(before, path, { recursive: true })
        }
        yield* syncOffice(join(folder, "frozen.c1z"))
        yield* syncOffice(join(folder, "newer.c1z"))
        const steps = stepsIn(folder)
        const names: ReadonlyArray<Step> = ["start", "import", "extend", "close", "verify", "signOff", "evidence"]
        for (const step of names) {
          if (step === "verify") yield* syncOffice(join(folder, "gone.c1z"), { ...office, grants: [] })
          rmSync(before, { recursive: true, force: true })
          if (existsSync(path)) cpSync(path, before, { recursive: true })
          const lines = yield* linesIn(path)
          const whole = lines + (step === "evidence" ? 0 : 1)
          const { changes } = yield* taken(step, folder, 0)
          assert.isAbove(changes, 0, step)
          // The last changes of a step that is recorded are the line in the log and its way to the disk.
          for (const change of new Set([Math.ceil(changes / 2), Math.max(1, changes - 1)])) {
            restore()
            assert.isTrue((yield* taken(step, folder, change)).isKilled, `${step}, change ${change}`)
            const after = yield* linesIn(path)
            assert.include([lines, whole], after, `${step}, change ${change}`)
            if (after < whole) yield* steps[step]
            assert.strictEqual(yield* linesIn(path), whole, `${step}, change ${change}`)
          }
        }
        const { status } = yield* checkEvidence(join(folder, "evidence.zip"), undefined)
        assert.strictEqual(status.stage, "signed off")
      }),
    240_000,
  )
})
