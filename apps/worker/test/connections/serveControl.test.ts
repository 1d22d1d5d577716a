// What a worker keeps in the folder of its connections: the socket that it is asked over, and which of them are paused.
import { assert, it } from "@effect/vitest"
import { ConnectionStore } from "@rollcall/connection-store"
import { storeFileIn } from "@rollcall/host/connection-changes"
import { askWorker } from "@rollcall/host/connections"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Context, Effect, Exit, Logger, Schedule, Scope } from "effect"
import { TestClock } from "effect/testing"
import { readFileSync, writeFileSync } from "node:fs"
import { openStore } from "../../src/connections/openStore.ts"
import { againAndAgain } from "../../src/connections/serveOne.ts"
import { serveControl } from "../../src/connections/serveControl.ts"

const shownBy = (name: string) => Effect.succeed({ connections: [{ name, labels: {}, state: "Connected" as const }] })

it.live(
  "of workers that start together one keeps the socket, and another one goes on with it once that has ended",
  () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("control")
      const warnings: Array<string> = []
      const log = Logger.make(({ message }) => void warnings.push(String(message)))
      const start = Effect.fnUntraced(function* (name: string) {
        const scope = yield* Scope.make()
        yield* serveControl(folder, { shown: shownBy(name), obey: () => shownBy(name) }).pipe(
          Scope.provide(scope),
          Effect.provide(Logger.layer([log])),
        )
        return { name, scope }
      })
      const workers = yield* Effect.all(["one", "two", "three"].map(start), { concurrency: "unbounded" })
      const [serving] = yield* askWorker(folder)
      assert.lengthOf(warnings, 2)
      assert.match(warnings[0] ?? "", /another worker on this machine serves the same connections/u)
      const keeper = workers.find(({ name }) => name === serving?.name)
      const [gone, heir] = workers.filter((one) => one !== keeper)
      if (keeper === undefined || gone === undefined || heir === undefined)
        return assert.fail("There are three workers.")
      yield* Scope.close(gone.scope, Exit.void)
      assert.strictEqual((yield* askWorker(folder))[0]?.name, keeper.name)
      yield* Scope.close(keeper.scope, Exit.void)
      const [next] = yield* Effect.retry(askWorker(folder), Schedule.spaced("25 millis"))
      assert.strictEqual(next?.name, heir.name)
      yield* Scope.close(heir.scope, Exit.void)
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
