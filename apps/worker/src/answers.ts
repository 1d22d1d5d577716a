// What the build writes down for `main.ts` to answer with. Only the build loads it.
import { builtIn, connectorFields } from "@rollcall/host"
import type { Answers } from "@rollcall/host/answers"
import { collectAnswers, commandServices } from "@rollcall/host/command-line"
import { Effect } from "effect"
import manifest from "../package.json" with { type: "json" }
import { commonFlags, workerCommand } from "./settings/commandLine.ts"
import { allFields } from "@rollcall/host/worker-fields"

/** The answers of `rollcall-worker` with the connectors that come with it. */
export const collect = (): Promise<Answers> => {
  const collected = collectAnswers(workerCommand(allFields(builtIn)), {
    version: manifest.version,
    connection: connectorFields(builtIn),
    common: commonFlags,
    leading: [],
  })
  return Effect.runPromise(Effect.provide(collected, commandServices))
}
