import { assert, describe, it } from "@effect/vitest"
import { create } from "@bufbuild/protobuf"
import { AnySchema } from "@bufbuild/protobuf/wkt"
import { Effect } from "effect"
import { startC1 } from "../src/index.ts"
import { connect, hello, hostId, rpc } from "./calling.ts"

const annotations = (count: number) => Array.from({ length: count }, () => create(AnySchema))
const longText = "x".repeat(257)
const taskId = "3Task0000000000000000000000"

const problemOf = <A>(call: (signal: AbortSignal) => Promise<A>) =>
  Effect.map(Effect.flip(rpc(call)), ({ rawMessage }) => rawMessage)

const start = Effect.gen(function* () {
  const c1 = yield* startC1({ tasks: [{ syncFull: {} }] })
  const client = yield* connect(c1)
  yield* rpc((signal) => client.getTask({ hostId }, { signal }))
  return client
})

describe("a Hello", () => {
  it.effect("tells a host, all of its system, and a connector with a name", () =>
    Effect.gen(function* () {
      const client = yield* start
      const { osInfo, buildInfo } = hello()
      if (osInfo === undefined || buildInfo === undefined) return assert.fail("the Hello is not whole")
      const cases = [
        [hello({ hostId: "" }), "host_id must have 1 to 256 bytes"],
        [hello({ hostId: longText }), "host_id must have 1 to 256 bytes"],
        [hello({ taskId: "nope" }), "task_id must be 27 letters and digits"],
        [hello({ osInfo: { ...osInfo, virtualizationSystem: "" } }), "os_info.virtualizationSystem must not be empty"],
        [hello({ osInfo: { ...osInfo, os: longText } }), "os_info.os must have 256 bytes at most"],
        [hello({ osInfo: undefined }), "os_info is required"],
        [hello({ buildInfo: { ...buildInfo, package: longText } }), "build_info.package must have 256 bytes at most"],
        [hello({ connectorMetadata: undefined }), "connector_metadata is required"],
        [hello({ annotations: annotations(17) }), "annotations must be 16 at most"],
      ] as const
      for (const [request, problem] of cases) {
        assert.strictEqual(yield* problemOf((signal) => client.hello(request, { signal })), problem)
      }
      yield* rpc((signal) => client.hello(hello({ annotations: annotations(16), hostId: "x".repeat(256) }), { signal }))
    }),
  )
})

describe("other calls", () => {
  it.effect("name their host and their task, and ask for 1 to 100 tasks", () =>
    Effect.gen(function* () {
      const client = yield* start
      const success = { case: "success", value: {} } as const
      const problems = [
        yield* problemOf((signal) => client.getTask({ hostId: "" }, { signal })),
        yield* problemOf((signal) => client.getTasks({ hostId, pageSize: 0 }, { signal })),
        yield* problemOf((signal) => client.getTasks({ hostId, pageSize: 101 }, { signal })),
        yield* problemOf((signal) => client.getTasks({ hostId, pageSize: 1, knownTaskIds: ["x"] }, { signal })),
        yield* problemOf((signal) => client.heartbeat({ hostId, taskId: "x" }, { signal })),
        yield* problemOf((signal) => client.finishTask({ hostId, taskId: "", finalState: success }, { signal })),
      ]
      assert.deepStrictEqual(problems, [
        "host_id must have 1 to 256 bytes",
        "page_size must be 1 to 100",
        "page_size must be 1 to 100",
        "known_task_ids must each be 27 letters and digits",
        "task_id must be 27 letters and digits",
        "task_id must be 27 letters and digits",
      ])
    }),
  )

  it.effect("end a task one way or the other, an error with a status", () =>
    Effect.gen(function* () {
      const client = yield* start
      const error = { case: "error", value: {} } as const
      const crowded = { case: "success", value: { annotations: annotations(17) } } as const
      const problems = [
        yield* problemOf((signal) => client.finishTask({ hostId, taskId }, { signal })),
        yield* problemOf((signal) => client.finishTask({ hostId, taskId, finalState: error }, { signal })),
        yield* problemOf((signal) => client.finishTask({ hostId, taskId, finalState: crowded }, { signal })),
      ]
      assert.deepStrictEqual(problems, [
        "final_state is required",
        "an error needs a status",
        "annotations must be 16 at most",
      ])
    }),
  )

  it.effect("are 4 MiB at most", () =>
    Effect.gen(function* () {
      const client = yield* start
      const end = (length: number) => ({
        hostId,
        taskId,
        status: { code: 2, message: "x".repeat(length) },
        finalState: { case: "error", value: {} } as const,
      })
      yield* rpc((signal) => client.finishTask(end(4_000_000), { signal }))
      yield* Effect.flip(rpc((signal) => client.finishTask(end(4_200_000), { signal })))
    }),
  )
})
