// The console of the worker: its connections in a browser. Loaded where a port for it is set.
import type { ConfigError } from "@rollcall/config"
import { ConsoleAddress, ManagedConnections, serveConsole, SignIn } from "@rollcall/console"
import type { ModuleList } from "@rollcall/host"
import type { WorkerConfig } from "@rollcall/host/worker-fields"
import type { ListenError } from "@rollcall/pages/server"
import type { Scope } from "effect"
import { Context, Effect, Layer } from "effect"
import { ConnectionLogs } from "../connections/ConnectionLogs.ts"
import type { Control } from "../connections/serveControl.ts"
import { WorkerConsole } from "../connections/WorkerConsole.ts"
import { consoleModules } from "./consoleModules.ts"
import { consoleSignIn } from "./consoleSignIn.ts"
import { manageConnections } from "./manageConnections.ts"

/** Has the connections served with a console. Fails where its settings cannot be used. */
export const withConsole = (settings: WorkerConfig["settings"], started: ModuleList): Layer.Layer<never, ConfigError> =>
  Layer.unwrap(
    Effect.map(consoleModules(started, settings["console-settings"] ?? []), (modules) =>
      Layer.effect(
        WorkerConsole,
        Effect.map(Effect.service(ConnectionLogs), (logs): typeof WorkerConsole.Service => (administered) => {
          const { folder, peers } = administered
          const signIn = consoleSignIn(settings, { folder, shared: peers?.sessions })
          return open(signIn, manageConnections(administered, modules, logs))
        }),
      ).pipe(Layer.provideMerge(ConnectionLogs.layer)),
    ),
  )

const open = Effect.fnUntraced(function* (
  signIn: ReturnType<typeof consoleSignIn>,
  managed: ManagedConnections["Service"],
): Effect.fn.Return<Control["linkToConsole"], ConfigError | ListenError, Scope.Scope> {
  const services = yield* Layer.build(signIn)
  yield* serveConsole.pipe(Effect.provideContext(services), Effect.provideService(ManagedConnections, managed))
  const { origin } = Context.get(services, ConsoleAddress)
  yield* Effect.logInfo(`The console is at ${origin}/. \`rollcall console\` opens it.`)
  return Context.get(services, SignIn).link
})
