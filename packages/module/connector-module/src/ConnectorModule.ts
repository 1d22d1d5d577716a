// A connector as it is installed. A host knows its declarations without loading it, which is enough for help and for choosing
// one; the implementation, with the clients that it needs, is loaded when the host talks to the system.
import type { Settings } from "@rollcall/config"
import type {
  AccessMeanings,
  ActionDeclaration,
  ConfigField,
  Connector,
  FailureKind,
  Provisioning,
  ReplacedConnector,
  ScopeNeed,
  Tenant,
} from "@rollcall/connector"
import type { Duration, Effect, Scope } from "effect"

export type { Settings }

/** The version of this contract. It grows when a module made for the one before could not be loaded any more. */
export const contractVersion = 1

/** The part of `fetch` that clients use. The host's honours proxies and certificates, and counts requests. */
export type ModuleFetch = (url: string, init: RequestInit) => Promise<Response>

/** What a host gives a connector that it opens. */
export interface OpenOptions {
  /** How requests are sent. */
  readonly fetch: ModuleFetch
  /** What sets the address of the system, for hints: `--base-url (SHOP_BASE_URL)`. */
  readonly addressSetting?: string | undefined
  /** How much faster than in the real world the system's limits run; for a simulated system. Default 1. */
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
  readonly hint?: string | undefined
  /** Of what kind the failure is, where it is one; decides the exit code. */
  readonly kind?: FailureKind | undefined
}

/** What `doctor` found. */
export interface Diagnosis {
  readonly findings: ReadonlyArray<Finding>
  /** Whose data a sync would read; absent where that could not be seen. */
  readonly tenant?: Tenant | undefined
}

/** What has to be installed in the system before it can be read, such as an app. */
export interface AppManifest {
  /** The app as the system's own page takes it. */
  readonly manifest: object
  /** The page that creates it, filled in. */
  readonly link: string
}

/** What is loaded when a module is used. Every function gets its settings; nothing is shared between two that are open. */
export interface Implementation<S = object, M = object> {
  /** The connector with its clients in place. They end with the scope. */
  readonly open: (settings: S, options: OpenOptions) => Effect.Effect<Connector, never, Scope.Scope>
  /** What the looks of the credentials tell, without asking the system; each check is named for its setting. */
  readonly inspect: (settings: S) => Effect.Effect<ReadonlyArray<Finding>>
  /** Looks at credential, scopes and limits without reading anyone's data. */
  readonly diagnose: (settings: S, options: OpenOptions) => Effect.Effect<Diagnosis>
  /** What the app to install looks like, by the settings in `manifestFields`; absent where there is nothing to install. */
  readonly manifest?: ((settings: M) => AppManifest) | undefined
  /** The connector without clients, for what it says of itself. */
  readonly about: Pick<Connector, "id" | "displayName" | "resourceTypes" | "tenantType" | "quick"> & {
    readonly actions?: ReadonlyArray<ActionDeclaration> | undefined
    readonly provisioning?: Pick<Provisioning, "slugs" | "principalTypes"> | undefined
  }
  /** The permissions that its steps use, each once. */
  readonly scopes: ReadonlyArray<ScopeNeed>
}

/** A plan of the system that a connector reads with certain settings. */
export interface PlanVariant {
  /** In one word, as `plan`. */
  readonly plan: string
  readonly displayName: string
  /** The settings that make it so, of `fields`. */
  readonly settings: Readonly<Record<string, string | number | boolean>>
}

/** What a module declares. `S` and `M` are the settings of `fields` and `manifestFields`. */
export interface ModuleDeclaration<S = object, M = object> {
  /** The contract that the module was written for; {@link contractVersion}. */
  readonly contract: number
  /** Its name in `--connector` and in files: lower-case words with hyphens, the same for ever. */
  readonly id: string
  readonly displayName: string
  /** The system's plan that it is for, in one word; `manifest --plan` knows it by that. */
  readonly plan?: string | undefined
  /** Further plans that it is for; `rollcall init` offers them beside `plan`. */
  readonly variants?: ReadonlyArray<PlanVariant> | undefined
  readonly fields: ReadonlyArray<ConfigField>
  /** What decides how the app to install looks, before there is a token. */
  readonly manifestFields?: ReadonlyArray<ConfigField> | undefined
  /**
   * What it can do besides granting, where help must know it without loading the connector. Left out, the actions of the connector
   * itself are used, which is where they are declared; given, it must agree with them.
   */
  readonly actions?: ReadonlyArray<ActionDeclaration> | undefined
  /** What readers of its files may conclude from what an account holds, and from what it lacks. */
  readonly meanings?: AccessMeanings | undefined
  /** The program that it replaces, and what differs on purpose; loaded when two files are compared. */
  readonly replaces?: (() => Promise<ReplacedConnector>) | undefined
  /** The setting that chooses this connector where several are known and none is named. */
  readonly selectedBy: string
  /** What the beginnings of its environment variables are; default `BATON_`. The host's own settings keep theirs. */
  readonly variablePrefix?: string | undefined
  /** What its tokens look like, so that one in the wrong place is never shown; each with the flag `g`. */
  readonly secretForms?: ReadonlyArray<RegExp> | undefined
  readonly load: () => Promise<Implementation<S, M>>
}

/** A module as a host knows it: its settings are those that its own fields declare. */
export type ConnectorModule = ModuleDeclaration

/** A module whose parts take the settings that its fields declare. */
export type TypedModule<
  Fields extends ReadonlyArray<ConfigField>,
  ManifestFields extends ReadonlyArray<ConfigField>,
> = Omit<ModuleDeclaration<Settings<Fields>, Settings<ManifestFields>>, "fields" | "manifestFields" | "selectedBy"> & {
  readonly fields: Fields
  /** Default: the first secret among the fields. */
  readonly selectedBy?: string | undefined
  readonly manifestFields?: ManifestFields | undefined
}
