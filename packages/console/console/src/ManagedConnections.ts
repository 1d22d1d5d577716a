// The worker as the console sees it: what it knows of its connections, and what it does when somebody asks.
import type { ShownConnection } from "@rollcall/host/connections"
import type { Effect, Redacted } from "effect"
import { Context } from "effect"
import type { CheckAnswer, FormField, FormModule } from "./pageData.ts"
import type { Visitor } from "./sign-in/Visitor.ts"

/** Why something was not done, and what to do. */
export interface Refused {
  readonly message: string
  readonly hint: string
}

/** Access for a time that is not over. Times are in milliseconds since the epoch. */
export interface ShownLease {
  readonly principal: string
  readonly entitlement: string
  readonly state: string
  readonly begunAt: number
  readonly endsAt: number
}

/** A line of the audit log. */
export interface ShownAudit {
  readonly at: number
  /** Who acted: whoever was signed in, or the holder of the credential. */
  readonly who: string
  readonly what: string
  readonly outcome: string
  readonly reason?: string | undefined
}

/** A line of the log. */
export interface ShownLine {
  readonly at: number
  readonly level: string
  readonly text: string
}

/** Rows, or a sentence that says why there are none to see. */
export type Rows<Row> = ReadonlyArray<Row> | string

/** All that is known of one connection. */
export interface ConnectionDetails {
  readonly shown: ShownConnection
  /** Where its entry stands, or that it was added. */
  readonly from: string
  /** What its entry says; of a secret, where it is found. */
  readonly settings: ReadonlyArray<readonly [name: string, value: string]>
  /** The secrets that Rollcall keeps for it, which can be replaced here. */
  readonly secrets: ReadonlyArray<string>
  readonly leases: Rows<ShownLease>
  readonly audit: Rows<ShownAudit>
  readonly lines: ReadonlyArray<ShownLine>
  /** Whether other workers may have more lines and audit entries than this one, which are not shown. */
  readonly isShared: boolean
}

/** What can be given to a connection that is added. */
export interface AddForm {
  readonly modules: ReadonlyArray<FormModule>
  /** Settings whatever the connector is. */
  readonly fields: ReadonlyArray<FormField>
  /** Why no secret can be given here, and what to do. */
  readonly noSecrets?: string | undefined
}

/** What somebody has given. Secrets are apart from the rest from the first moment. */
export interface WantedConnection {
  readonly name: string
  readonly module: string
  readonly labels: Readonly<Record<string, string>>
  readonly settings: Readonly<Record<string, string>>
  readonly secrets: ReadonlyMap<string, Redacted.Redacted>
}

/** The connections that a worker serves, alone or with others. */
export class ManagedConnections extends Context.Service<
  ManagedConnections,
  {
    /** All of them, in the order of their names. */
    readonly all: Effect.Effect<ReadonlyArray<ShownConnection>>
    /** One of them; `undefined` where there is none, or why nothing is known, as when the database is away. */
    readonly details: (name: string) => Effect.Effect<ConnectionDetails | Refused | undefined>
    readonly form: AddForm
    /** Does something to one of them for somebody; gives why not where it refuses. */
    readonly change: (
      visitor: Visitor,
      name: string,
      act: "pause" | "resume" | "sync-now" | "remove",
    ) => Effect.Effect<Refused | undefined>
    /** Looks at a connection before it is added, as `rollcall doctor` does. Nothing is kept. */
    readonly check: (wanted: WantedConnection) => Effect.Effect<CheckAnswer | Refused>
    /** Adds one that was checked; gives what was found where the system refuses it, or why else it was not added. */
    readonly add: (visitor: Visitor, wanted: WantedConnection) => Effect.Effect<CheckAnswer | Refused | undefined>
    /** Keeps another secret in the place of one that Rollcall keeps. */
    readonly rotate: (
      visitor: Visitor,
      name: string,
      setting: string,
      value: Redacted.Redacted,
    ) => Effect.Effect<Refused | undefined>
  }
>()("@rollcall/console/ManagedConnections") {}
