// Which syncs run at once.
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Fiber } from "effect"
import { vi } from "vitest"
import type { AdmissionLimits } from "../../src/connections/SyncAdmission.ts"
import { firstEstimate, makeSyncAdmission, memoryLimitOf } from "../../src/connections/SyncAdmission.ts"

/** Syncs that run until they are told to end, and take so many bytes each while they do. */
const world = (limits: Omit<AdmissionLimits, "memoryInUse">) => {
  const sizes = new Map<string, number>()
  const running = new Map<string, Deferred.Deferred<void>>()
  const waited: Array<string> = []
  const idle = 100
  const admission = makeSyncAdmission({
    ...limits,
    memoryInUse: () => [...running.keys()].reduce((sum, name) => sum + (sizes.get(name) ?? 0), idle),
  })
  const begin = Effect.fnUntraced(function* (name: string, bytes = 0) {
    sizes.set(name, bytes)
    const end = yield* Deferred.make<void>()
    const sync = Effect.acquireUseRelease(
      Effect.sync(() => running.set(name, end)),
      () => Deferred.await(end),
      // After the measure of what it took.
      () => Effect.void,
    )
    const turn = admission.run(
      name,
      sync,
      Effect.sync(() => waited.push(name)),
    )
    const fiber = yield* Effect.forkChild(
      Effect.ensuring(
        turn,
        Effect.sync(() => running.delete(name)),
      ),
      {
        startImmediately: true,
      },
    )
    return { end: Effect.andThen(Deferred.succeed(end, undefined), Fiber.await(fiber)) }
  })
  return { begin, waited, now: () => [...running.keys()] }
}

const tick = Effect.andThen(Effect.yieldNow, Effect.yieldNow)

describe("Syncs of many connections", () => {
  it.effect("run as many at once as are allowed, the others in the order in which they came", () =>
    Effect.gen(function* () {
      const { begin, now, waited } = world({ concurrentSyncs: 2 })
      const { end: endOne } = yield* begin("one")
      const { end: endTwo } = yield* begin("two")
      yield* begin("three")
      yield* begin("four")
      assert.deepStrictEqual(now(), ["one", "two"])
      assert.deepStrictEqual(waited, ["three", "four"])
      yield* endTwo
      yield* tick
      assert.deepStrictEqual(now(), ["one", "three"])
      yield* endOne
      yield* tick
      assert.deepStrictEqual(now(), ["three", "four"])
    }),
  )

  it.effect("run together where they fit by what their last ones took, and no small one overtakes a large one", () =>
    Effect.gen(function* () {
      const { begin, now } = world({ concurrentSyncs: 10, memoryLimit: 100 + 2 * firstEstimate })
      const large = 1.5 * firstEstimate
      yield* (yield* begin("large", large)).end
      yield* (yield* begin("small", 1000)).end
      const { end } = yield* begin("unknown")
      const { end: endLarge } = yield* begin("large", large)
      yield* begin("small", 1000)
      assert.deepStrictEqual(now(), ["unknown"], "A large one waits, and the small one behind it.")
      yield* end
      yield* tick
      assert.deepStrictEqual(now(), ["large", "small"])
      yield* endLarge
    }),
  )

  it.effect("begin however large one is thought to be, where nothing else runs", () =>
    Effect.gen(function* () {
      const { begin, now } = world({ concurrentSyncs: 3, memoryLimit: 1 })
      const { end } = yield* begin("one")
      yield* begin("two")
      assert.deepStrictEqual(now(), ["one"])
      yield* end
      yield* tick
      assert.deepStrictEqual(now(), ["two"])
    }),
  )

  it.effect("that are stopped while they wait keep no place", () =>
    Effect.gen(function* () {
      const limits = { concurrentSyncs: 1, memoryInUse: () => 0 }
      const admission = makeSyncAdmission(limits)
      const first = yield* Deferred.make<void>()
      const running = yield* Effect.forkChild(admission.run("one", Deferred.await(first)), { startImmediately: true })
      const stopped = yield* Effect.forkChild(admission.run("two", Effect.never), { startImmediately: true })
      const third = yield* Effect.forkChild(admission.run("three", Effect.succeed("ran")), { startImmediately: true })
      yield* Fiber.interrupt(stopped)
      yield* Deferred.succeed(first, undefined)
      yield* Fiber.join(running)
      assert.strictEqual(yield* Fiber.join(third), "ran")
    }),
  )

  it.effect("that fail early are not thought smaller than those before them", () =>
    Effect.gen(function* () {
      const bytes = { inUse: 0 }
      const admission = makeSyncAdmission({
        concurrentSyncs: 10,
        memoryLimit: 2 * firstEstimate,
        memoryInUse: () => bytes.inUse,
      })
      const taking = (taken: number) => Effect.sync(() => void (bytes.inUse = taken))
      yield* admission.run("large", taking(1.5 * firstEstimate))
      bytes.inUse = 0
      yield* Effect.flip(admission.run("large", Effect.fail("away")))
      const first = yield* Deferred.make<void>()
      const running = yield* Effect.forkChild(admission.run("large", Deferred.await(first)), { startImmediately: true })
      let waits = false
      yield* Effect.forkChild(
        admission.run(
          "other",
          Effect.void,
          Effect.sync(() => void (waits = true)),
        ),
        { startImmediately: true },
      )
      assert.isTrue(waits)
      yield* Deferred.succeed(first, undefined)
      yield* Fiber.join(running)
    }),
  )

  it.effect("are judged by what those of an earlier process took, and what they take is kept", () =>
    Effect.gen(function* () {
      const bytes = { inUse: 0 }
      const kept: Array<readonly [string, number]> = []
      const admission = makeSyncAdmission({
        concurrentSyncs: 10,
        memoryLimit: 1.5 * firstEstimate,
        memoryInUse: () => bytes.inUse,
        peaks: new Map([["little", firstEstimate / 10]]),
        keepPeak: (name, peak) => Effect.sync(() => void kept.push([name, peak])),
      })
      const waited: Array<string> = []
      const first = yield* Deferred.make<void>()
      const begin = (name: string, sync: Effect.Effect<void>) =>
        Effect.forkChild(
          admission.run(
            name,
            sync,
            Effect.sync(() => void waited.push(name)),
          ),
          { startImmediately: true },
        )
      yield* begin(
        "small",
        Effect.andThen(
          Effect.sync(() => void (bytes.inUse = 1000)),
          Deferred.await(first),
        ),
      )
      const little = yield* begin("little", Effect.void)
      assert.deepStrictEqual(waited, [])
      yield* begin("unknown", Effect.void)
      assert.deepStrictEqual(waited, ["unknown"])
      yield* Deferred.succeed(first, undefined)
      yield* Fiber.join(little)
      yield* tick
      assert.deepInclude(kept, ["small", 1000])
    }),
  )
})

describe("the memory that syncs fit into", () => {
  it("is what is set, else what the container may take, else all that there is", () => {
    assert.strictEqual(memoryLimitOf("512Mi", 1_000_000), 512 * 1024 * 1024)
    assert.strictEqual(memoryLimitOf(undefined, 1_000_000), 1_000_000)
    assert.isUndefined(memoryLimitOf(undefined, 0))
    // https://docs.kernel.org/admin-guide/cgroup-v1/memory.html: without a limit, the largest number of pages.
    assert.isUndefined(memoryLimitOf(undefined, 0x7fff_ffff_ffff_f000))
  })

  it("is asked of the system where nothing is set", () => {
    const asked = vi.spyOn(process, "constrainedMemory").mockReturnValueOnce(1_000_000)
    assert.strictEqual(memoryLimitOf(undefined), 1_000_000)
    assert.strictEqual(asked.mock.calls.length, 1)
  })
})
