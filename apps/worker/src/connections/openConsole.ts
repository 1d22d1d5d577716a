// The console of the worker: its connections in a browser. Loaded where a port for it is set.
import { ConsoleAddress, ManagedConnections, serveConsole, SignIn } from "@rollcall/console"
import type { ConsoleLink } from "@rollcall/console"
import { Context, Effect, Layer } from "effect"
import { consoleSignIn } from "./consoleSignIn.ts"

/** Gives a way in to the console, which a file or a link leads to. */
export type LinkToConsole = (way: "link" | "file") => Effect.Effect<ConsoleLink>

/** Serves the console until the scope ends. Fails where its settings are wrong, or its port cannot be listened on. */
export const openConsole = Effect.fnUntraced(function* (
  managed: ManagedConnections["Service"],
  ...of: Parameters<typeof consoleSignIn>
) {
  const services = yield* Layer.build(consoleSignIn(...of))
  yield* serveConsole.pipe(Effect.provideContext(services), Effect.provideService(ManagedConnections, managed))
  const { origin } = Context.get(services, ConsoleAddress)
  yield* Effect.logInfo(`The console is at ${origin}/. \`rollcall console\` opens it.`)
  const { link } = Context.get(services, SignIn)
  const give: LinkToConsole = link
  return give
})
