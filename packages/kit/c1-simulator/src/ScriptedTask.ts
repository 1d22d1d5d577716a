// A task as data, the way scripts and files write it: the proto3 JSON of the wire, as C1's own tools print it.
import { create, fromJsonString } from "@bufbuild/protobuf"
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire"
import { messageRegistry, type Task, TaskSchema } from "@rollcall/c1-protocol/messages"
import { Effect, Schema } from "effect"
import { SimulatorError } from "./SimulatorError.ts"

/**
 * A task to hand out: `{"syncFull":{}}`, `{"actionInvoke":{"name":"disable_user","args":{"user_id":"U1"}}}`.
 *
 * Without an `id` it gets one. `{"unknownKind":200}` is a task of a kind that this version of the wire does not know,
 * with that field number.
 */
export const ScriptedTask = Schema.Record(Schema.String, Schema.Json)
export type ScriptedTask = typeof ScriptedTask.Type

/** Numbers below are the wire's own, numbers above are none that protobuf has. */
const UnknownKind = Schema.Struct({
  id: Schema.optionalKey(Schema.String),
  unknownKind: Schema.Int.check(Schema.isBetween({ minimum: 124, maximum: 536_870_911 })),
})

/** C1's ids are KSUIDs: 27 letters and digits. https://github.com/segmentio/ksuid */
export const isTaskId = (id: string): boolean => /^[a-zA-Z0-9]{27}$/.test(id)

/** The task's message; its id may still be empty. Fails with `BadTask`. */
export const taskOf = (script: ScriptedTask): Effect.Effect<Task, SimulatorError> =>
  Effect.gen(function* () {
    const task = yield* "unknownKind" in script ? unknownTask(script) : knownTask(script)
    if (task.id !== "" && !isTaskId(task.id)) {
      return yield* badTask(`its id ${JSON.stringify(task.id)} is not 27 letters and digits`)
    }
    return task
  })

const knownTask = (script: ScriptedTask) =>
  Effect.try({
    // The registry knows the annotations that a task may carry.
    try: () => fromJsonString(TaskSchema, JSON.stringify(script), { registry: messageRegistry }),
    catch: (cause) => badTask(cause instanceof Error ? cause.message : String(cause)),
  })

const unknownTask = (script: ScriptedTask) =>
  Schema.decodeUnknownEffect(UnknownKind, { onExcessProperty: "error" })(script).pipe(
    Effect.mapError((error) => badTask(error.message)),
    Effect.map(({ id = "", unknownKind }) => {
      const task = create(TaskSchema, { id })
      // An empty message.
      task.$unknown = [
        {
          no: unknownKind,
          wireType: WireType.LengthDelimited,
          data: new BinaryWriter().bytes(new Uint8Array()).finish(),
        },
      ]
      return task
    }),
  )

const badTask = (why: string) =>
  new SimulatorError({
    reason: "BadTask",
    message: `A scripted task is no task that ConductorOne could hand out: ${why}.`,
    hint: 'Write it as the wire\'s JSON, such as {"syncFull":{}}.',
  })
