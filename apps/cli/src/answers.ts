// What the build writes down for `main.ts` to answer with. Only the build loads it.
import { builtIn } from "@rollcall/host"
import type { Answers } from "@rollcall/host/answers"
import { collectAnswers, commandServices } from "@rollcall/host/command-line"
import { Effect, Layer } from "effect"
import manifest from "../package.json" with { type: "json" }
import { connectorOptions } from "./commands/commonFlags.ts"
import { commonFlags, rootOf } from "./rollcall.ts"
import { Screen } from "./Screen.ts"
import { limitFields } from "./settings/commandFields.ts"
import { leadingNames } from "./settings/leadingFlags.ts"
import { SignalMeaning } from "./SignalMeaning.ts"

/** The answers of `rollcall` with the connectors that come with it. */
export const collect = async (): Promise<Answers> => {
  const collected = collectAnswers(await rootOf(builtIn), {
    version: manifest.version,
    connection: connectorOptions(builtIn),
    common: commonFlags,
    limits: limitFields,
    leading: leadingNames(builtIn),
  })
  const meaning = { endsWell: false, comesTooLate: false }
  return collected.pipe(
    Effect.provideService(SignalMeaning, meaning),
    Effect.provide(Layer.mergeAll(commandServices, Screen.layer)),
    Effect.runPromise,
  )
}
