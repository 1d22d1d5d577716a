// "Try it" on docs/worker.md, typed into three terminals as it stands there.
import { assert, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { until } from "./workerProcess.ts"

const clone = fileURLToPath(new URL("../../../", import.meta.url))
const read = (path: string) => readFileSync(join(clone, path), "utf8")

/** The lines of the page that are no comments. */
const lines = (/## Try it\n[^]*?```sh\n([^]*?)```/.exec(read("docs/worker.md"))?.[1] ?? "").match(/^\w.*$/gm) ?? []
const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(read("package.json"))

/** What a shell in the clone makes of a line, pnpm included. */
const meaning = (line: string): string =>
  line
    .replace(/^npx -y pnpm@\S+ --silent (\S+)/, (_, script: string) => scripts[script] ?? "")
    .replace(/^node /, `"${process.execPath}" ${clone}`)

/** What the front page has put into PATH. */
const path = `${join(clone, "bin")}:${process.env["PATH"] ?? ""}`

/** Types into a terminal of its own, without any settings of the machine. */
const terminal = Effect.fnUntraced(function* (cwd: string, line: string, pasted: ReadonlyArray<string> = []) {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:BATON|OTEL)_/.test(name))
  const typed = [...pasted, `exec ${meaning(line)}`].join("\n")
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn("bash", ["-c", typed], { cwd, env: { ...Object.fromEntries(inherited), PATH: path }, stdio: "pipe" }),
    ),
    (shell) => Effect.sync(() => void shell.kill("SIGKILL")),
  )
  let shown = ""
  child.stdout.on("data", (data: Buffer) => (shown += data.toString()))
  child.stderr.on("data", (data: Buffer) => (shown += data.toString()))
  const closed = once(child, "close").then(() => ({ code: child.exitCode, shown }))
  return {
    ended: Effect.promise(() => closed),
    interrupt: Effect.sync(() => void child.kill("SIGINT")),
    shows: (what: string) => until(Effect.sync(() => shown.includes(what))),
    exports: () => shown.match(/^export .*$/gm) ?? [],
  }
})

it.live("the commands of docs/worker.md try the worker: its sync is uploaded, and can be shown", () =>
  Effect.gen(function* () {
    assert.lengthOf(lines, 4)
    const folder = yield* scratchFolder("worker")
    const [simulate = "", c1 = "", worker = "", stats = ""] = lines.map((line) =>
      line.replace("/tmp/c1", `${folder}/c1`),
    )
    const first = yield* terminal(folder, simulate)
    const second = yield* terminal(folder, c1)
    yield* first.shows("export BATON_BASE_URL")
    yield* second.shows("export BATON_EXTRA_CA_FILE")
    const third = yield* terminal(folder, worker, [...first.exports(), ...second.exports()])
    yield* third.shows("uploaded")
    yield* third.interrupt
    assert.strictEqual((yield* third.ended).code, 0)
    const { code, shown } = yield* (yield* terminal(folder, stats)).ended
    assert.strictEqual(code, 0, shown)
    assert.match(shown, /^user +\d/m)
  }).pipe(Effect.scoped),
)
