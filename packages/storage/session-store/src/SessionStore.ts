// Who is signed in to the console, for all replicas and over restarts. A session is found by a hash of what the browser has, so that whoever
// reads the store cannot act as anybody.
import type { StoreError } from "@rollcall/connector"
import type { Effect } from "effect"
import { Context, Schema } from "effect"

/** A session of somebody who signed in. Times are in milliseconds since the epoch. */
export const StoredSession = Schema.Struct({
  /** Who says that it is them (`iss`), and their id there (`sub`). */
  issuer: Schema.String,
  subject: Schema.String,
  /** What they are called, for them to see. */
  name: Schema.String,
  role: Schema.String,
  /** When they proved to the issuer who they are. */
  provedAt: Schema.Number,
  startedAt: Schema.Number,
  usedAt: Schema.Number,
})
export type StoredSession = typeof StoredSession.Type

/** Sessions by a hash of their id. Every change is stored before it succeeds. */
export class SessionStore extends Context.Service<
  SessionStore,
  {
    /**
     * Keeps a session. `signIn` is a hash of what the sign-in was begun with: `false`, and nothing is changed, where that has begun a
     * session before.
     */
    readonly add: (id: string, signIn: string, session: StoredSession) => Effect.Effect<boolean, StoreError>
    readonly find: (id: string) => Effect.Effect<StoredSession | undefined, StoreError>
    /** Says that it was used then; nothing where there is none. */
    readonly used: (id: string, at: number) => Effect.Effect<void, StoreError>
    readonly remove: (id: string) => Effect.Effect<void, StoreError>
    /** Forgets those that were used or started before these times. */
    readonly removeOlder: (than: {
      readonly usedAt: number
      readonly startedAt: number
    }) => Effect.Effect<void, StoreError>
  }
>()("@rollcall/session-store/SessionStore") {}
