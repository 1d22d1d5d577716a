import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { codeOf, connect, hostId, rpc } from "./calling.ts"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

const stop = (child: ChildProcess) =>
  Effect.callback<void>((resume) => {
    child.on("exit", () => {
      resume(Effect.void)
    })
    child.kill("SIGTERM")
  })

/** The command as it runs, until the scope ends, and what it printed when it was ready. */
const started = Effect.fnUntraced(function* (args: ReadonlyArray<string>) {
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] })),
    stop,
  )
  let said = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text))
  const line = yield* Effect.promise(
    () =>
      new Promise<string>((resolve) => {
        createInterface({ input: child.stdout }).once("line", resolve)
      }),
  )
  const ready: Readonly<Record<"clientId" | "clientSecret" | "caFile" | "host" | "capturedFile", string>> =
    JSON.parse(line)
  return { ...ready, ca: readFileSync(ready.caFile, "utf8"), port: Number(ready.host.split(":")[1]), said: () => said }
})

/** The exit code of a command that ends by itself, and what it said. */
const ended = (args: ReadonlyArray<string>) =>
  Effect.promise(
    () =>
      new Promise<{ readonly code: unknown; readonly said: string }>((resolve) => {
        execFile(process.execPath, [main, ...args], (error, _, said) => {
          resolve({ code: error?.code ?? 0, said })
        })
      }),
  )

describe("the command", () => {
  it.live("says what a shell needs for a worker to use it", () =>
    Effect.gen(function* () {
      const { clientId, clientSecret, caFile, said } = yield* started([])
      const expected = [
        `export BATON_CLIENT_ID='${clientId}'`,
        `export BATON_CLIENT_SECRET='${clientSecret}'`,
        `export BATON_EXTRA_CA_FILE='${caFile}'`,
      ]
      yield* Effect.repeat(Effect.sleep("10 millis"), { until: () => expected.every((line) => said().includes(line)) })
    }).pipe(Effect.scoped),
  )

  it.live("hands out the tasks of a file, then those of flags, and writes down what it was told", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("c1")
      const tasks = join(folder, "tasks.ndjson")
      writeFileSync(tasks, '{"syncFull":{}}\n\n{"hello":{}}\n')
      const fault = '{"method":"Heartbeat","fault":{"kind":"status","code":"UNAVAILABLE"}}'
      const c1 = yield* started(["--folder", folder, "--tasks", tasks, "--task", '{"grant":{}}', "--fault", fault])
      assert.strictEqual(c1.caFile, join(folder, "ca.pem"))
      const client = yield* connect(c1)
      const poll = () =>
        Effect.map(
          rpc((signal) => client.getTask({ hostId }, { signal })),
          ({ task }) => task,
        )
      const first = yield* poll()
      const kinds = [first?.taskType.case, (yield* poll())?.taskType.case, (yield* poll())?.taskType.case]
      assert.deepStrictEqual(kinds, ["syncFull", "hello", "grant"])
      const taskId = first?.id ?? ""
      assert.strictEqual(yield* codeOf((signal) => client.heartbeat({ hostId, taskId }, { signal })), "Unavailable")
      const lines = readFileSync(c1.capturedFile, "utf8").trimEnd().split("\n")
      assert.deepStrictEqual(
        lines.map((line): string => JSON.parse(line).call),
        ["token", "GetTask", "GetTask", "GetTask", "Heartbeat"],
      )
    }),
  )

  it.live("says what it cannot take, and ends with the code for wrong usage", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("c1")
      const tasks = join(folder, "tasks.ndjson")
      writeFileSync(tasks, '{"syncFull":{}}\n{"syncFull"\n')
      const runs = [
        [yield* ended(["--task", '{"nope":{}}']), /key "nope" is unknown/],
        [yield* ended(["--task", "{"]), /--task cannot be read/],
        [yield* ended(["--tasks", tasks]), /line 2 of .*tasks\.ndjson cannot be read/],
        [yield* ended(["--tasks", join(folder, "none")]), /none cannot be read/],
        [yield* ended(["--fault", '{"method":"Hello","fault":{"kind":"cancelled"}}']), /cannot take these options/],
        [yield* ended(["--port", "70000"]), /\["port"\]/],
      ] as const
      for (const [{ code, said }, problem] of runs) {
        assert.strictEqual(code, 64)
        assert.match(said, problem)
      }
    }),
  )
})
