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

/**
 * What kinds of action there are, in C1's terms: `accountEnable` is `ACTION_TYPE_ACCOUNT_ENABLE`, and so on. `account` is any
 * other action on an account, and `dynamic` any other at all. For each, whether it may take access away from an account.
 */
const kinds = {
  account: true,
  accountEnable: false,
  accountDisable: true,
  accountUpdateProfile: false,
  resourceCreate: false,
  resourceDelete: true,
  resourceEnable: false,
  resourceDisable: true,
  dynamic: true,
} as const

export type ActionKind = keyof typeof kinds

/** Whether the action is about an account and of a kind that may take its access away. */
export const mayTakeAccess = ({ kind, arguments: fields }: ActionDeclaration): boolean =>
  kinds[kind] && fields.some(({ isPrincipal }) => isPrincipal === true)

/** What an action says of itself, for help, forms and documentation. All its arguments are required. */
export interface ActionDeclaration {
  /** Its id, such as `disable_user`. */
  readonly name: string
  readonly displayName: string
  readonly description: string
  readonly kind: ActionKind
  /** The resource type that it is of, such as the one that it creates; absent for an action of the whole system. */
  readonly resourceType?: string
  readonly arguments: ReadonlyArray<ActionField>
  readonly returns: ReadonlyArray<ActionField>
}

/** An action. */
export interface Action<R = never> extends ActionDeclaration {
  /** Whether the system shows that there is nothing left to do; the values that it shows of it, such as an id, count as yes. */
  readonly isDone: (values: ActionValues) => Effect.Effect<boolean | ActionValues, ConnectorError, R>
  /** The one write, with the values that the system answers, if any. A failure that may have taken effect is `uncertain`. */
  readonly run: (values: ActionValues) => Effect.Effect<ActionValues | void, ConnectorError, R>
  /** Of an action that takes access away: whom from, so that nobody takes it from themselves by mistake. */
  readonly takesAccess?: {
    /** The id of the account in the values. */
    readonly from: (values: ActionValues) => string
    /** Further ids under which the system knows the account that the credential belongs to, besides the tenant's `actor`. */
    readonly ownIds: (tenant: Tenant) => Effect.Effect<ReadonlyArray<string>, ConnectorError, R>
  }
  /**
   * What it gives once it is done, of the values that it was called with and of those that the write answered and the last
   * look showed. Of an action that was done before there is only the look.
   */
  readonly result: (values: ActionValues, seen: ActionValues) => ActionValues
}
