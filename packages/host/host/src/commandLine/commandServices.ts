// The services that the parser of command lines may ask for. Ours ask for little, and Node's own, with processes and terminals, take 40 ms of
// processor time to load; so what is here loads Node's only when it is asked.
import * as NodePath from "@effect/platform-node/NodePath"
import { Effect, FileSystem, Layer, Sink, Stdio, Stream, Terminal } from "effect"
import type { Command } from "effect/cli"
import { ChildProcessSpawner } from "effect/process"

/** Node's files. A path that is an argument is looked at: what it is must suit the command. */
const files = Effect.gen(function* () {
  const { layer } = yield* Effect.promise(() => import("@effect/platform-node/NodeFileSystem"))
  return yield* Effect.provide(FileSystem.FileSystem, layer)
})

const never = Effect.die("No command of ours asks for it.")

/** What a command line is read with. No flag of ours starts a process, asks at the terminal or reads the standard input. */
export const commandServices: Layer.Layer<Command.Environment> = Layer.mergeAll(
  FileSystem.layerNoop({
    exists: (path) => Effect.flatMap(files, (it) => it.exists(path)),
    stat: (path) => Effect.flatMap(files, (it) => it.stat(path)),
  }),
  NodePath.layer,
  Layer.succeed(
    Terminal.Terminal,
    Terminal.make({
      columns: never,
      rows: never,
      size: never,
      readInput: never,
      readLine: never,
      display: () => never,
    }),
  ),
  Layer.succeed(
    Stdio.Stdio,
    Stdio.make({ args: never, stdin: Stream.die("unused"), stdout: () => Sink.drain, stderr: () => Sink.drain }),
  ),
  Layer.succeed(
    ChildProcessSpawner.ChildProcessSpawner,
    ChildProcessSpawner.make(() => never),
  ),
)
