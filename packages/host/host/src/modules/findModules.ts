// Which connectors a run knows, which `--connector` and its twins decide before any other setting has a meaning.
import type { ConfigSources } from "@rollcall/config"
import { ConfigError, configFileVariable, describeOrigin, findGiven, invalidIn, readSources } from "@rollcall/config"
import { Effect } from "effect"
import type { ModuleList } from "./ModuleList.ts"
import { builtIn } from "./ModuleList.ts"

/** The setting that names a connector. */
const connectorSetting = "connector"

/**
 * The sources of that setting, found in arguments that are not parsed yet: which flags there are depends on it. A file that
 * cannot be read is left to whoever reads the other settings.
 */
export const sourcesOfConnector = (args: ReadonlyArray<string>): Effect.Effect<ConfigSources> => {
  const flags = { connector: typedValue(args, connectorSetting), config: typedValue(args, "config") }
  return Effect.orElseSucceed(readSources(flags), () => ({ flags, environment: process.env }))
}

const typedValue = (args: ReadonlyArray<string>, name: string): string | undefined => {
  const end = args.indexOf("--")
  const typed = end < 0 ? args : args.slice(0, end)
  const at = typed.findLastIndex((it) => it === `--${name}` || it.startsWith(`--${name}=`))
  return at < 0 ? undefined : typed[at] === `--${name}` ? (typed[at + 1] ?? "") : typed[at]?.slice(name.length + 3)
}

/**
 * The modules that the sources ask for: those that come with Rollcall, or the one that is named. A module of somebody else is
 * code, so the flag, the variable or a file that was named must ask for it, not one that lies in the folder.
 */
export const findModules = Effect.fnUntraced(function* (
  sources: ConfigSources,
): Effect.fn.Return<ModuleList, ConfigError> {
  const given = findGiven(connectorSetting, sources)
  if (given === undefined) return builtIn
  const { raw, origin } = given
  const name = typeof raw === "string" ? raw : raw?.at(-1)
  if (name === undefined || name === "") {
    return yield* new ConfigError({
      reason: invalidIn(origin),
      message: `${describeOrigin(origin)} must name a connector.`,
      hint: "Name one of `rollcall connectors`, a package, or a path that begins with . or /.",
    })
  }
  const known = builtIn.all.find(({ id }) => id === name)
  if (known !== undefined) return { ...builtIn, named: known }
  if (origin.from === "file" && sources.file?.implicit === true) {
    return yield* new ConfigError({
      reason: "Invalid",
      message: `${describeOrigin(origin)} would run code that is not part of Rollcall: ${JSON.stringify(name)}.`,
      hint: `To allow it, name the file: --config ${sources.file.path}, or ${configFileVariable}; or name the connector with --connector.`,
    })
  }
  const { loadModule } = yield* Effect.promise(() => import("./loadModule.ts"))
  const loaded = yield* loadModule(name, { origin, from: origin.from === "file" ? origin.path : undefined })
  const { module, about, file } = loaded
  return { all: [module], named: module, about, sources: new Map([[module, file]]) }
})
