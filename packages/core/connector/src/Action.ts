// Something that a connector can do besides granting: enable an account, disable it. An action is data, one read that
// tells whether it is done, and one write; checking its arguments, the audit log and waiting is the work of `runAction`.
import type { Effect } from "effect"
import type { Tenant } from "./Connector.ts"
import type { ConnectorError } from "./ConnectorError.ts"

/** A value that an action takes or gives. */
export type ActionValue = string | boolean

/** Values by name. */
export type ActionValues = Readonly<Record<string, ActionValue>>

/** A value that an action takes or gives, described for people and for C1's forms. */
export interface ActionField {
  readonly name: string
  readonly displayName: string
  readonly description: string
  readonly type: "text" | "boolean"
  /** `true` of the id of a principal: a command takes an e-mail address too, and looks it up. */
  readonly isPrincipal?: boolean
}

/** What kind of action it is, in C1's terms (`ACTION_TYPE_ACCOUNT_ENABLE`, `ACTION_TYPE_ACCOUNT_DISABLE`). */
export type ActionKind = "accountEnable" | "accountDisable"

/** What an action says of itself, for help, forms and documentation. All its arguments are required. */
export interface ActionDeclaration {
  /** Its id, such as `disable_user`. */
  readonly name: string
  readonly displayName: string
  readonly description: string
  readonly kind: ActionKind
  readonly arguments: ReadonlyArray<ActionField>
  readonly returns: ReadonlyArray<ActionField>
}

/** An action. */
export interface Action<R = never> extends ActionDeclaration {
  /** Whether the system shows that there is nothing left to do. */
  readonly isDone: (values: ActionValues) => Effect.Effect<boolean, ConnectorError, R>
  /** The one write. A failure that may have taken effect is `uncertain`. */
  readonly run: (values: ActionValues) => Effect.Effect<void, ConnectorError, R>
  /** Of an action that takes access away: whom from, so that nobody takes it from themselves by mistake. */
  readonly takesAccess?: {
    /** The id of the account in the values. */
    readonly from: (values: ActionValues) => string
    /** Further ids under which the system knows the account that the credential belongs to, besides the tenant's `actor`. */
    readonly ownIds: (tenant: Tenant) => Effect.Effect<ReadonlyArray<string>, ConnectorError, R>
  }
  /** What it gives once it is done. */
  readonly result: (values: ActionValues) => ActionValues
}
