// The connectors that a run knows, and where each comes from.
import { hideTokens } from "@rollcall/api-client"
import type { ModuleList } from "@rollcall/host"
import { selectModule } from "@rollcall/host"
import type { ModuleWorld } from "@rollcall/host/contract-world"
import { variableOf } from "@rollcall/config"
import type { ConnectorModule } from "@rollcall/connector-module"
import { Effect, Stream } from "effect"
import { Command } from "effect/cli"
import { ExitWith } from "../errors.ts"
import { Screen } from "../Screen.ts"
import type { Listing } from "@rollcall/access/render"
import { settingsCommand } from "../settings/settingsCommand.ts"
import { connectorOptions, wholeNumber } from "./commonFlags.ts"

interface Shown {
  readonly module: ConnectorModule
  readonly source: string
}

const selectedBy = ({ fields, selectedBy: name }: ConnectorModule) =>
  variableOf(fields.find((field) => field.name === name) ?? { name })

const listing: Listing<Shown> = {
  name: "connectors",
  columns: [
    { title: "id", value: ({ module }) => module.id },
    { title: "name", value: ({ module }) => module.displayName },
    { title: "selected by", value: ({ module }) => selectedBy(module) },
    { title: "from", value: ({ source }) => source },
  ],
  json: ({ module, source }) =>
    Effect.succeed({ id: module.id, displayName: module.displayName, selectedBy: selectedBy(module), source }),
}

const test = (modules: ModuleList) =>
  settingsCommand(
    "test",
    {
      summary: "Test a connector against the contract of all connectors, with your settings.",
      description:
        "Test a connector against the contract of all connectors, with your settings. It reads a sample of each " +
        "list once, changes nothing in the system, and names what it could not try. Ends with 1 where a requirement is not met.",
      connectorFields: connectorOptions(modules),
      fields: [],
      own: {
        maxCalls: wholeNumber(
          "max-calls",
          { from: 1, to: 10_000, fallback: 60 },
          "How many calls it makes at most; each list is read for its part of them.",
        ),
      },
      listing: false,
    },
    Effect.fnUntraced(function* ({ connectorSettings, own: { maxCalls } }) {
      const { checkContract, contractReport } = yield* Effect.promise(() => import("@rollcall/connector-testkit/check"))
      const module = yield* selectModule(modules, connectorSettings)
      const { contractWorldOf } = yield* Effect.promise(() => import("@rollcall/host/contract-world"))
      const world = yield* contractWorldOf(module, connectorSettings, modules, { maxCalls })
      const isPart = world.readInPart.length > 0
      const results = yield* checkContract(world, {
        lacks: ["lesserCredentials", "changes", ...(isPart ? (["everything"] as const) : [])],
        takesDataAsItIs: true,
        stoppedBy: world.refusal,
      })
      const screen = yield* Screen
      yield* screen.out(hideTokens(`${contractReport(world.name, results)}\n${readFrom(world, maxCalls)}\n`))
      if (results.some(({ why }) => why !== undefined)) return yield* new ExitWith({ code: 1 })
    }, Effect.scoped),
  )

/** What the requirements were tried on. */
const readFrom = ({ calls, readInPart, pagesOfEach }: ModuleWorld, maxCalls: number): string =>
  readInPart.length === 0
    ? `It made ${calls()} calls and read every list to its end.`
    : `It made ${calls()} calls. It reads ${pagesOfEach === 1 ? "1 page" : `${pagesOfEach} pages`} of each list at most, its part of the ` +
      `${maxCalls} calls that --max-calls allows, and these lists are longer: ${readInPart.join(", ")}. ` +
      "Their later pages were not tested; a higher --max-calls reads more of them."

/** `rollcall connectors` */
export const connectorsCommand = (modules: ModuleList) =>
  settingsCommand(
    "connectors",
    {
      summary: "List the available connectors, and where each comes from.",
      description:
        "List the available connectors, and where each comes from. --connector takes the id of one, the name of an " +
        "installed package, or a path that begins with . or /.",
      connectorFields: connectorOptions(modules),
      fields: [],
      own: {},
    },
    Effect.fnUntraced(function* ({ format }) {
      const { printListing } = yield* Effect.promise(() => import("../render/printListing.ts"))
      const shown = modules.all.map((module) => ({
        module,
        source: modules.sources?.get(module) ?? "part of Rollcall",
      }))
      yield* printListing(listing, Stream.fromIterable(shown), format)
    }),
  ).pipe(Command.withSubcommands([test(modules)]))
