// What a person asks of a run of changes, on the command line or on lines of a list; and the plan that is made of it.
import type { AuditOrigin, Change, ChangeIntent, FoundPrincipal } from "@rollcall/connector"
import { formatResourceId } from "@rollcall/connector"
import type { OutputFormat } from "../render/printListing.ts"

/** A change in the words of the one who asks for it. A grant's id names entitlement and principal at once. */
export type AskedChange = { readonly where: Where; readonly reason?: string | undefined } & (
  | { readonly entitlement: string; readonly principal: string }
  | { readonly grant: string }
)

/** What was asked for. */
export interface Asked {
  readonly changes: ReadonlyArray<AskedChange>
  /** Where the list came from; absent where the flags name one change. */
  readonly list?: { readonly name: string; readonly isStandardInput: boolean }
}

/** A flag, or a line of the list. */
export type Where = { readonly flag: string } | { readonly line: number }

/** What is known of principals, by their ids as `user:U0123`. */
export type People = ReadonlyMap<string, FoundPrincipal>

/** What is to be carried out, and how. */
export interface ChangePlan {
  readonly intent: ChangeIntent
  readonly changes: ReadonlyArray<Change>
  /** What is known of the principals, by their ids as `user:U0123`. */
  readonly people: People
  /** Who asks for it and why, for the audit log. */
  readonly origin: AuditOrigin
  /** Whether it is one change that the flags name. */
  readonly single: boolean
  /** Carries it out without asking. */
  readonly yes: boolean
  /** Whether somebody at the terminal may be asked. */
  readonly mayAsk: boolean
  /** More removals than this are not begun. */
  readonly maxRemovals: number
  readonly auditFile: string
  readonly format: OutputFormat
  readonly quiet: boolean
}

/** How many removals are asked for, each counted once. */
export const removalsOf = ({ intent, changes }: Pick<ChangePlan, "intent" | "changes">): number =>
  intent === "revoke" ? new Set(changes.map((it) => `${it.entitlement.id}:${formatResourceId(it.principal)}`)).size : 0
