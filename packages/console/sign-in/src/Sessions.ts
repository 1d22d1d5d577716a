// Who is signed in: the browser has a random id in a cookie, the store a hash of it.
import type { Visitor } from "@rollcall/console"
import { sessionMillis } from "@rollcall/console"
import type { StoreError } from "@rollcall/connector"
import type { RequestHead } from "@rollcall/pages/server"
import { SessionStore } from "@rollcall/session-store"
import { Clock, Effect } from "effect"
import { createHash, createHmac, randomBytes } from "node:crypto"
import type { Cookie } from "./cookies.ts"

/** Somebody who has just proved who they are. */
export type SignedIn = Pick<Visitor, "issuer" | "subject" | "name" | "role"> & { readonly provedAt: number }

/** The sessions of a console. */
export interface Sessions {
  /**
   * Begins one, in the place of that which the request has, and gives the header that sets its cookie; `undefined` where this sign-in
   * has begun one before.
   */
  readonly begin: (head: RequestHead, signIn: string, who: SignedIn) => Effect.Effect<string | undefined, StoreError>
  /** Who sends the request; `counts` where it is use of the console. */
  readonly find: (head: RequestHead, counts: boolean) => Effect.Effect<Visitor | undefined, StoreError>
  /** Ends the one of the request. */
  readonly end: (head: RequestHead) => Effect.Effect<void, StoreError>
}

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex")

/** What the forms of a session bring along: nobody knows it who does not know the id. */
const csrfTokenOf = (id: string): string => createHmac("sha256", id).update("csrf").digest("base64url")

/** The sessions whose ids are in this cookie. */
export const makeSessions = (cookie: Cookie): Effect.Effect<Sessions, never, SessionStore> =>
  Effect.map(Effect.service(SessionStore), (store): Sessions => {
    const end = (head: RequestHead) => {
      const id = cookie.of(head)
      return id === undefined ? Effect.void : store.remove(hashOf(id))
    }
    return {
      end,
      begin: Effect.fnUntraced(function* (head, signIn, { issuer, subject, name, role, provedAt }) {
        const now = yield* Clock.currentTimeMillis
        yield* store.removeOlder({ usedAt: now - sessionMillis.idle, startedAt: now - sessionMillis.whole })
        const id = randomBytes(32).toString("base64url")
        const session = { issuer, subject, name, role, provedAt, startedAt: now, usedAt: now }
        if (!(yield* store.add(hashOf(id), hashOf(signIn), session))) return undefined
        yield* end(head)
        return cookie.set(id)
      }),
      find: Effect.fnUntraced(function* (head, counts) {
        const id = cookie.of(head)
        if (id === undefined) return undefined
        const key = hashOf(id)
        const found = yield* store.find(key)
        if (found === undefined) return undefined
        const now = yield* Clock.currentTimeMillis
        const { issuer, subject, name, role, provedAt, startedAt, usedAt } = found
        const isOver = now - usedAt >= sessionMillis.idle || now - startedAt >= sessionMillis.whole
        if (isOver || (role !== "viewer" && role !== "operator" && role !== "admin")) {
          yield* store.remove(key)
          return undefined
        }
        if (counts && now > usedAt) yield* store.used(key, now)
        return { issuer, subject, name, role, signedInAt: provedAt, csrfToken: csrfTokenOf(id) }
      }),
    }
  })
