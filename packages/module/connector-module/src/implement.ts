// The implementation of a module from a connector and the layer of its clients; what it leaves out is derived. A fault in a
// connector's code is an error that names the connector, what it was asked for, and where in its code it failed, and not a
// fault of the program that runs it.
import type { Connector, ScopeNeed, Tenant } from "@rollcall/connector"
import { ConnectorError, provideConnector, scopesOf } from "@rollcall/connector"
import { Effect, Layer } from "effect"
import type { Diagnosis, Finding, Implementation, OpenOptions } from "./ConnectorModule.ts"

/** The parts of an implementation; `R` are the services that the connector's functions need. */
export interface ImplementationParts<S, M, R>
  extends Pick<Implementation<S, M>, "manifest">, Partial<Pick<Implementation<S, M>, "inspect" | "diagnose">> {
  /** The connector that these settings ask for; without settings, for what it says of itself. */
  readonly connector: (settings?: S) => Connector<R>
  /** Its clients. They are made once for each connector that is opened. */
  readonly layer: (settings: S, options: OpenOptions) => Layer.Layer<R>
}

/** An implementation. Without `diagnose` the doctor asks whose data the credential opens. */
export const implement = <S, M = object, R = never>(parts: ImplementationParts<S, M, R>): Implementation<S, M> => {
  const about = aboutOf(parts)
  const open: Implementation<S, M>["open"] = (settings, options) =>
    // Fresh, as layers are shared by reference within one build: two connectors would share limits and cooldowns.
    Effect.map(Layer.build(Layer.fresh(parts.layer(settings, options))), (services) =>
      namingDefects(provideConnector(parts.connector(settings), services)),
    )
  return {
    about,
    scopes: scopesOf(about),
    open,
    inspect: parts.inspect ?? (() => Effect.succeed([])),
    diagnose:
      parts.diagnose ??
      ((settings, options) =>
        Effect.scoped(Effect.flatMap(open(settings, options), (it) => diagnoseIdentity(it, scopesOf(about))))),
    manifest: parts.manifest,
  }
}

/** Said in words, as authors may write JavaScript, and an object in the place of the function is the usual mistake. */
const aboutOf = <S, M, R>({ connector }: ImplementationParts<S, M, R>): Connector<R> => {
  const given: unknown = typeof connector === "function" ? connector() : undefined
  if (typeof given === "object" && given !== null) return connector()
  throw new TypeError("`connector` of `implement` must be a function that returns the connector: () => connector")
}

/** What the system says of the credential: whose data it opens, and which of the scopes it has. */
export const diagnoseIdentity = (
  { identify }: Pick<Connector, "identify">,
  scopes: ReadonlyArray<ScopeNeed> = [],
): Effect.Effect<Diagnosis> =>
  Effect.match(identify, {
    onFailure: ({ message, hint, kind, reason }) => ({
      // As a sync ends: nothing was named that could be wrong but the address.
      findings: [
        {
          check: "credential",
          state: "failed",
          found: message,
          hint,
          kind: reason._tag === "NotFound" ? "unavailable" : kind,
        },
      ],
    }),
    onSuccess: (tenant) => ({
      findings: [
        { check: "credential", state: "ok", found: `it opens ${tenant.displayName} (${tenant.id})` },
        ...scopeFindings(tenant, scopes),
      ],
      tenant,
    }),
  })

const scopeFindings = ({ scopes: granted }: Tenant, scopes: ReadonlyArray<ScopeNeed>): ReadonlyArray<Finding> => {
  if (scopes.length === 0) return []
  const named = scopes.map(({ scope, required }) => (required ? scope : `${scope} (optional)`)).join(", ")
  if (granted === undefined) {
    const found = `the system does not say which the credential has; used are ${named}`
    return [{ check: "scopes", state: "note", found, hint: "`rollcall sync` names what is missing." }]
  }
  const lacking = scopes.filter(({ scope }) => !granted.includes(scope))
  if (lacking.length === 0) return [{ check: "scopes", state: "ok", found: `it has all that are used: ${named}` }]
  return lacking.map(({ scope, required, without }) => ({
    check: "scopes",
    state: required ? "failed" : "missing",
    found: `${scope} is missing; without it a sync lacks ${without}`,
    hint: "Give it to the credential.",
    kind: required ? "refused" : undefined,
  }))
}

/** Whether a connector can grant and revoke. */
export const provisions = ({ resourceTypes }: Pick<Connector, "resourceTypes">): boolean =>
  resourceTypes.some((type) => type.capabilities.includes("provision"))

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
      ...(provisioning.privileged === undefined
        ? {}
        : { privileged: guard("in privileged", () => provisioning.privileged ?? Effect.succeed([])) }),
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
