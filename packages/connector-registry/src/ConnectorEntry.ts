// What the command knows of a connector without loading it: enough for help and for choosing one. The connector itself,
// with the clients that it needs, is loaded by the commands that talk to the system.
import type { Settings } from "@rollcall/config"
import type { ActionDeclaration, ConfigField, Connector, FailureKind, ScopeNeed } from "@rollcall/connector"
import type { Duration, Effect, Scope } from "effect"

/** A connector with its clients in place. */
export interface OpenConnector {
  readonly connector: Connector
  /** Requests sent to the system so far. */
  readonly calls: Effect.Effect<number>
}

/** How a connector is opened. */
export interface OpenOptions {
  /** How much faster than in the real world the system's limits run; for a simulated system. */
  readonly speed?: number
  /** How long one request may take; default 30 s. */
  readonly timeout?: Duration.Input
}

/** One thing that `doctor` looked at. */
export interface Finding {
  readonly check: string
  /** `missing`: a sync goes without it; `failed`: a sync cannot be without it. */
  readonly state: "ok" | "note" | "missing" | "failed"
  /** What was found. */
  readonly found: string
  /** What to do about it, where something is to be done. */
  readonly hint?: string
  /** Of what kind the failure is, where it is one; decides the exit code. */
  readonly kind?: FailureKind
}

/** The parts of a connector that are loaded when they are needed. */
export interface LoadedConnector<S> {
  readonly open: (settings: S, options?: OpenOptions) => Effect.Effect<OpenConnector, never, Scope.Scope>
  /** Looks at credential, scopes and limits without reading anyone's data. */
  readonly diagnose: (settings: S) => Effect.Effect<ReadonlyArray<Finding>>
  /** The connector without clients, for what it says of itself. */
  readonly about: Pick<Connector, "id" | "displayName" | "resourceTypes"> & {
    readonly actions?: ReadonlyArray<ActionDeclaration>
  }
  /** The permissions that its steps use, each once. */
  readonly scopes: ReadonlyArray<ScopeNeed>
}

/** A connector in the list of connectors. */
export interface ConnectorEntry<S = object> {
  readonly id: string
  readonly displayName: string
  readonly fields: ReadonlyArray<ConfigField>
  /** What it can do besides granting, known here so that each action has flags and help of its own. */
  readonly actions?: ReadonlyArray<ActionDeclaration>
  /** The setting that chooses this connector when it is given. */
  readonly selectedBy: string
  readonly load: () => Promise<LoadedConnector<S>>
}

/** An entry whose parts take the settings that its fields declare. */
export const connectorEntry = <const Fields extends ReadonlyArray<ConfigField>>(
  entry: Omit<ConnectorEntry<Settings<Fields>>, "fields"> & { readonly fields: Fields },
): ConnectorEntry => ({
  ...entry,
  // Commands resolve the fields of all connectors at once, so the settings hold every field of this one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  load: entry.load as () => Promise<LoadedConnector<object>>,
})
