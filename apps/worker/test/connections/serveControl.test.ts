// What a worker keeps in the folder of its connections: the socket that it is asked over, and which of them are paused.
import { assert, it } from "@effect/vitest"
import { ConnectionStore } from "@rollcall/connection-store"
import { storeFileIn } from "@rollcall/host/connection-changes"
import { askWorker } from "@rollcall/host/connections"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Context, Effect, Exit, Logger, Schedule, Scope } from "effect"
import { TestClock } from "effect/testing"
import { spawn } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { openStore } from "../../src/connections/openStore.ts"
import { againAndAgain } from "../../src/connections/serveOne.ts"
import { serveControl } from "../../src/connections/serveControl.ts"

const shownBy = (name: string) => Effect.succeed({ connections: [{ name, labels: {}, state: "Connected" as const }] })

/** Serves the socket in a process of its own. */
const processOf = (folder: string, name: string) =>
  Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [fileURLToPath(new URL("controlProcess.ts", import.meta.url)), folder, name], {
        stdio: "ignore",
      }),
    ),
    (child) => Effect.sync(() => void child.kill("SIGKILL")),
  )

/** How workers of this process serve the socket, each until its scope ends, and what they warn of. */
const workersIn = (folder: string) => {
  const warnings: Array<string> = []
  const log = Logger.make(({ message }) => void warnings.push(String(message)))
  const start = (name: string) =>
    serveControl(folder, { shown: shownBy(name), obey: () => shownBy(name) }).pipe(Effect.provide(Logger.layer([log])))
  return { warnings, start, servedBy: Effect.map(askWorker(folder), ([one]) => one?.name) }
}

it.live("of workers that start together one keeps the socket", () =>
  Effect.gen(function* () {
    const { warnings, start, servedBy } = workersIn(yield* scratchFolder("control"))
    const names = ["one", "two", "three"]
    yield* Effect.all(names.map(start), { concurrency: "unbounded" })
    assert.lengthOf(warnings, 2)
    assert.match(warnings[0] ?? "", /another worker on this machine serves the same connections/u)
    assert.include(names, yield* servedBy)
  }).pipe(Effect.scoped),
)

it.live("where the worker that keeps the socket is killed, another one goes on with it", () =>
  Effect.gen(function* () {
    const folder = yield* scratchFolder("control")
    const { start, servedBy } = workersIn(folder)
    const child = yield* processOf(folder, "one")
    yield* Effect.retry(servedBy, Schedule.spaced("25 millis"))
    const gone = yield* Scope.make()
    yield* Scope.provide(start("two"), gone)
    yield* start("three")
    yield* Scope.close(gone, Exit.void)
    assert.strictEqual(yield* servedBy, "one")
    const ended = once(child, "exit")
    child.kill("SIGKILL")
    yield* Effect.promise(() => ended)
    assert.strictEqual(yield* Effect.retry(servedBy, Schedule.spaced("25 millis")), "three")
  }).pipe(Effect.scoped),
)

it.live("which connections are paused is kept; where that is damaged all are, until each is resumed", () =>
  Effect.gen(function* () {
    const folder = yield* scratchFolder("paused")
    const names = ["hr", "ops", "sales"]
    const open = Effect.map(openStore(folder, names), (services) => Context.get(services, ConnectionStore))
    const set = (name: string, isPaused: boolean) =>
      Effect.scoped(Effect.flatMap(open, (store) => store.setPaused(name, isPaused)))
    const pausedNow = Effect.scoped(
      Effect.map(
        Effect.flatMap(open, ({ paused }) => paused),
        (paused) => [...paused],
      ),
    )
    assert.deepStrictEqual(yield* pausedNow, [])
    yield* set("ops", true)
    assert.deepStrictEqual(yield* pausedNow, ["ops"])
    const file = storeFileIn(folder)
    const whole = readFileSync(file)
    const halves = Buffer.concat([whole.subarray(0, 4096), Buffer.alloc(whole.length - 4096, 7)])
    for (const bytes of ["no database ".repeat(100), halves]) {
      writeFileSync(file, bytes)
      assert.deepStrictEqual(yield* pausedNow, names)
      assert.deepStrictEqual(readFileSync(`${file}.damaged`), Buffer.from(bytes), "nothing is lost")
      yield* set("sales", false)
      assert.deepStrictEqual(yield* pausedNow, ["hr", "ops"])
    }
  }).pipe(Effect.scoped),
)

it.effect("what fails is begun again later and later, and soon again after it has worked for ten minutes", () =>
  Effect.gen(function* () {
    const lasting = [0, 1000, 0, 0, 0, 0, 600_000, 0]
    const pauses: Array<number> = []
    const work = Effect.suspend(() => {
      const millis = lasting.shift()
      if (millis === undefined) return Effect.never
      return Effect.andThen(
        Effect.sleep(millis),
        millis === 1000 ? Effect.die(new Error("a bug")) : Effect.fail("away"),
      )
    })
    const wait = (pause: number) =>
      Effect.andThen(
        Effect.sync(() => pauses.push(pause / 60_000)),
        Effect.sleep(pause),
      )
    yield* Effect.forkScoped(againAndAgain(work, wait))
    yield* TestClock.adjust("2 hours")
    assert.deepStrictEqual(pauses, [1, 2, 4, 8, 10, 10, 1, 2])
  }).pipe(Effect.scoped),
)
