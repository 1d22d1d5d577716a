// What an app knows of a connector without loading it: enough for help and for choosing one. The connector itself, with
// the clients that it needs, is loaded when the app talks to the system.
import type { Settings } from "@rollcall/config"
import type { ActionDeclaration, ConfigField, Connector, FailureKind, ScopeNeed, Tenant } from "@rollcall/connector"
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
  /** How long a credential is believed to open what it opened, for programs that live long; default: it is asked every time. */
  readonly rememberIdentity?: Duration.Input
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

/** What `doctor` found. */
export interface Diagnosis {
  readonly findings: ReadonlyArray<Finding>
  /** Whose data a sync would read; absent where that could not be seen. */
  readonly tenant?: Tenant
}

/** What has to be installed in the system before it can be read, such as an app. */
export interface AppManifest {
  /** The app as the system's own page takes it. */
  readonly manifest: object
  /** The page that creates it, filled in. */
  readonly link: string
}

/** The parts of a connector that are loaded when they are needed. */
export interface LoadedConnector<S, M = object> {
  readonly open: (settings: S, options?: OpenOptions) => Effect.Effect<OpenConnector, never, Scope.Scope>
  /** What the looks of the credentials tell, without asking the system; each check is named for its setting. */
  readonly inspect: (settings: S) => Effect.Effect<ReadonlyArray<Finding>>
  /** Looks at credential, scopes and limits without reading anyone's data. */
  readonly diagnose: (settings: S) => Effect.Effect<Diagnosis>
  /** What the app to install looks like, by the settings in `manifestFields`; absent where there is nothing to install. */
  readonly manifest?: (settings: M) => AppManifest
  /** The connector without clients, for what it says of itself. */
  readonly about: Pick<Connector, "id" | "displayName" | "resourceTypes" | "tenantType"> & {
    readonly actions?: ReadonlyArray<ActionDeclaration>
  }
  /** The permissions that its steps use, each once. */
  readonly scopes: ReadonlyArray<ScopeNeed>
}

/** A connector in the list of connectors. */
export interface ConnectorEntry<S = object, M = object> {
  readonly id: string
  readonly displayName: string
  /** The system's plan that it is for, in one word; `manifest --plan` knows it by that. */
  readonly plan?: string
  readonly fields: ReadonlyArray<ConfigField>
  /** What decides how the app to install looks, before there is a token. */
  readonly manifestFields?: ReadonlyArray<ConfigField>
  /** What it can do besides granting, known here so that each action has flags and help of its own. */
  readonly actions?: ReadonlyArray<ActionDeclaration>
  /** The setting that chooses this connector when it is given. */
  readonly selectedBy: string
  readonly load: () => Promise<LoadedConnector<S, M>>
}

/** An entry whose parts take the settings that its fields declare. */
export const connectorEntry = <
  const Fields extends ReadonlyArray<ConfigField>,
  const ManifestFields extends ReadonlyArray<ConfigField>,
>(
  entry: Omit<ConnectorEntry<Settings<Fields>, Settings<ManifestFields>>, "fields" | "manifestFields"> & {
    readonly fields: Fields
    readonly manifestFields?: ManifestFields
  },
): ConnectorEntry => ({
  ...entry,
  // Apps resolve the fields of all connectors at once, so the settings hold every field of this one.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  load: entry.load as () => Promise<LoadedConnector<object>>,
})
