// A fault in a connector's code is an error that names the connector, what it was asked for, and where in its code it failed, and not
// a fault of the program that runs it.
import type { Connector } from "@rollcall/connector"
import { ConnectorError } from "@rollcall/connector"
import { Effect } from "effect"

/** The same connector: what its functions throw or die of, they fail with. */
export const namingDefects = (connector: Connector): Connector => {
  const { displayName, identify, steps, provisioning, actions } = connector
  const guard = <A, E, R>(asked: string, ask: () => Effect.Effect<A, E, R>, uncertain?: true) =>
    Effect.catchDefect(Effect.suspend(ask), (cause) => Effect.fail(faultOf(displayName, asked, cause, uncertain)))
  return {
    ...connector,
    identify: guard("in identify", () => identify),
    steps: steps.map((step) => ({
      ...step,
      page: (request) => guard(`in its step ${step.id}`, () => step.page(request)),
    })),
    provisioning: provisioning && {
      ...provisioning,
      holders: (it) => guard(`in holders of ${it.id}`, () => provisioning.holders(it)),
      grant: (it, to) => guard(`in grant of ${it.id}`, () => provisioning.grant(it, to), true),
      revoke: (it, from) => guard(`in revoke of ${it.id}`, () => provisioning.revoke(it, from), true),
      findPrincipals: (names, more) => guard("in findPrincipals", () => provisioning.findPrincipals(names, more)),
    },
    actions: actions?.map((action) => ({
      ...action,
      isDone: (values) => guard(`in isDone of the action ${action.name}`, () => action.isDone(values)),
      run: (values) => guard(`in run of the action ${action.name}`, () => action.run(values), true),
    })),
  }
}

/** The error that names it; `asked` completes "it failed …". */
const faultOf = (displayName: string, asked: string, cause: unknown, uncertain?: true): ConnectorError => {
  const place = placeOf(cause)
  return new ConnectorError({
    reason: { _tag: "Defective" },
    message: `The connector ${displayName} failed ${asked}: ${whatOf(cause)}${place === undefined ? "" : ` (${place})`}.`,
    hint: "It is a fault in the code of the connector. Correct it there, or report it to the maintainer; --log-level debug shows the stack.",
    uncertain,
    cause,
  })
}

/** The first line of what was thrown, without the full stop. */
export const whatOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0]?.replace(/\.$/u, "") ?? ""

/** Where in the code of the connector it was thrown, as `file:line:column`; nothing where the stack does not show that. */
export const placeOf = (cause: unknown): string | undefined => {
  const lines = cause instanceof Error ? (cause.stack ?? "").split("\n") : []
  for (const line of lines) {
    const [, place] = /(?:^|\(|\s|file:\/\/)(\/[^\s()]+?:\d+(?::\d+)?)\)?$/u.exec(line) ?? []
    if (place !== undefined && !ofLibraries.test(place)) return place.replace(/\?instance=\d+/u, "")
  }
  return undefined
}

/** The code of Effect and of Rollcall that is between the connector and whoever runs it. */
const ofLibraries = /\/node_modules\/(?:effect|@effect|@rollcall)\//u
