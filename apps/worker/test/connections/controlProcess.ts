// A process that serves the socket of the folder in its first argument, as the worker of the name in its second, until it is killed.
import { Effect } from "effect"
import { serveControl } from "../../src/connections/serveControl.ts"

const [, , folder = "", name = ""] = process.argv
const shown = Effect.succeed({ connections: [{ name, labels: {}, state: "Connected" as const }] })

Effect.runFork(Effect.scoped(Effect.andThen(serveControl(folder, { shown, obey: () => shown }), Effect.never)))
