// All cases of a world: {method} × {fault} × {first, middle, last page} × {once, from then on, on that page}.
import { Effect, Logger } from "effect"
import type { FaultKind } from "./faults.ts"
import { happensTo, listFaults, replyFaults } from "./faults.ts"
import { lists, manners, type PlannedFault } from "./faultyFetch.ts"
import type { OutputKind } from "./outputs.ts"
import type { Healthy, Outcome } from "./runCase.ts"
import { healthySync, runCase } from "./runCase.ts"
import type { World } from "./worlds.ts"

const faults: ReadonlyArray<FaultKind> = [...listFaults, ...replyFaults]

/** Every case of a world, by what a healthy sync of it calls. */
const casesOf = ({ calls, world: { methods = [...calls.keys()] } }: Healthy): ReadonlyArray<PlannedFault> =>
  methods.flatMap((method) => {
    const count = calls.get(method) ?? 0
    const places = [...new Set([1, Math.ceil(count / 2), count])]
    return faults
      .filter((kind) => happensTo(kind, method, lists[method]))
      .flatMap((kind) => places.flatMap((call) => manners.map((manner) => ({ method, call, manner, kind }))))
      .filter(canBeSeen)
  })

const canBeSeen = ({ method, call, manner, kind }: PlannedFault): boolean =>
  kind.wholeListOnly !== true || method.startsWith("scim.") || (call === 1 && manner === "from then on")

/** A case and how it ended. */
export interface SweptCase {
  readonly planned: PlannedFault
  readonly outcome: Outcome
}

// Odd replies are logged, hundreds of them here.
const quiet = Logger.layer([])

/** Runs the cases of a world that `choose` keeps. */
export const sweepWorld = Effect.fnUntraced(
  function* (
    world: World,
    outputs: OutputKind,
    choose: (cases: ReadonlyArray<PlannedFault>) => ReadonlyArray<PlannedFault>,
  ) {
    const healthy = yield* healthySync(world, outputs)
    return yield* Effect.forEach(choose(casesOf(healthy)), (planned) =>
      Effect.map(runCase(healthy, planned), (outcome): SweptCase => ({ planned, outcome })),
    )
  },
  Effect.scoped,
  Effect.provide(quiet),
)

const nameOf = ({ method, call, manner, kind }: PlannedFault): string =>
  `${method}, call ${call}, ${manner}: ${kind.id}`

/** What is wrong with the outcomes, a line each. */
export const wrongOutcomes = (swept: ReadonlyArray<SweptCase>): ReadonlyArray<string> =>
  swept
    .filter(({ outcome }) => outcome.wrong.length > 0)
    .map(({ planned, outcome }) => `${nameOf(planned)} → ${outcome.wrong.slice(0, 3).join("; ")}`)
