// What the worker's bundle answers by itself is what the worker would have said.
import { assert, describe, it } from "@effect/vitest"
import { builtIn } from "@rollcall/host"
import { answer, answerFiles } from "@rollcall/host/answers"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Console, Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { collect } from "../src/answers.ts"
import { readCommandLine } from "../src/settings/commandLine.ts"
import { allFields } from "@rollcall/host/worker-fields"
import { startWorker } from "./workerProcess.ts"

describe("an answer of the build is what the worker says:", () => {
  it.live("help at 60, 80 and 200 columns and elsewhere, the version, and the completions of every shell", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("answers")
      for (const [name, text] of Object.entries(answerFiles(yield* Effect.promise(collect)))) {
        mkdirSync(dirname(join(folder, name)), { recursive: true })
        writeFileSync(join(folder, name), text)
      }
      const shells = ["bash", "zsh", "fish", "powershell"].map((shell) => `--completions ${shell}`)
      for (const columns of [60, 80, 200, undefined]) {
        for (const line of ["--help", "--version", "--every 6h -h", ...shells]) {
          const args = line.split(" ")
          const screen = { columns, colors: columns === 80 }
          let out = ""
          const caught: Console.Console = Object.assign(Object.create(console), {
            log: (text: string) => void (out += `${text}\n`),
          })
          yield* readCommandLine(args, allFields(builtIn), builtIn, screen).pipe(
            Effect.provideService(Console.Console, caught),
          )
          assert.deepStrictEqual(answer(pathToFileURL(`${folder}/`), args, screen), { out, err: "", code: 0 }, line)
        }
      }
    }),
  )

  it.live("and what does not exist is refused in the log, also next to --help", () =>
    Effect.gen(function* () {
      const worker = yield* startWorker({ args: ["--evry", "6h", "--help"] })
      assert.strictEqual(yield* worker.ended, 64)
      assert.match(worker.logs().at(-1)?.message ?? "", /--evry in command rollcall-worker; did you mean --every\?/)
    }),
  )
})
