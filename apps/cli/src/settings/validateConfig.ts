// What `rollcall config validate` checks beyond the values themselves: what only the connector, or a file that a setting names, can say.
// Nothing is sent anywhere.
import type { appFields, ConfigProblem, Origin, ResolvedConfig } from "@rollcall/config"
import { describeOrigin, failOnProblems } from "@rollcall/config"
import type { ConnectorModule } from "@rollcall/connector-module"
import { checkTypes, openModule, passedDates } from "@rollcall/host"
import { readAuthorities } from "@rollcall/host/authorities"
import { Clock, Effect, Result } from "effect"
import { Screen } from "../Screen.ts"
import { warn } from "./knownModules.ts"

/** Says that the configuration is valid for this connector, with warnings that a sync or the worker would print; or what is wrong. */
export const validateConfig = Effect.fnUntraced(function* (
  module: ConnectorModule,
  config: ResolvedConfig<typeof appFields>,
  { quiet }: { readonly quiet: boolean },
) {
  const { settings } = config
  const origins: Readonly<Record<string, Origin>> = config.origins
  const { connector } = yield* openModule(module, settings)
  const authorities = settings["extra-ca-file"]
  const checks = [
    checkTypes(connector, config),
    ...(authorities === undefined ? [] : [readAuthorities(authorities)]),
  ] as const
  const results = yield* Effect.forEach(checks, (check) => Effect.result(check))
  yield* failOnProblems(
    results.flatMap((result): ReadonlyArray<ConfigProblem> => (Result.isFailure(result) ? [result.failure] : [])),
  )
  if (!quiet) {
    const { inspect } = yield* Effect.promise(module.load)
    const looks = (yield* inspect(settings)).filter(({ state }) => state === "failed")
    yield* warn([
      ...passedDates(config, yield* Clock.currentTimeMillis),
      ...looks.map(({ check, found, hint = "" }) =>
        `${describeOrigin(origins[check] ?? { from: "unset" })} has ${found}. ${hint}`.trim(),
      ),
    ])
  }
  const screen = yield* Screen
  yield* screen.out(`The configuration is valid for ${module.displayName}.\n`)
})
