// How the console learns who sends a request. The loopback way is here; others plug in with paths of their own.
import type { Reply, RequestHead, Taken } from "@rollcall/pages/server"
import type { Effect } from "effect"
import { Context } from "effect"
import type { Visitor } from "./Visitor.ts"

/** A request that the gate let through. */
export interface ConsoleRequest {
  readonly head: RequestHead
  readonly path: string
  readonly query: URLSearchParams
  /** The script of a page sends it again and again, so it does not count as use. */
  readonly isBackground: boolean
}

/** A path that signing in needs, and how it is asked for. It is answered to everybody. */
export interface SignInRoute {
  readonly taken: Exclude<Taken, "data">
  /** `form` reads what an `act` brings along. */
  readonly answer: (request: ConsoleRequest, form: Effect.Effect<URLSearchParams>) => Effect.Effect<Reply>
}

/** Where `rollcall console` leads a browser. */
export interface ConsoleLink {
  readonly url: string
  /** Where a file that led there goes on to, a second later. */
  readonly next?: string | undefined
}

/** Who is let in. */
export class SignIn extends Context.Service<
  SignIn,
  {
    /** Who sends the request; otherwise what they are answered: a refusal, or a redirect to where they sign in. */
    readonly visitorOf: (request: ConsoleRequest) => Effect.Effect<Visitor | Reply>
    /** What they are answered where they have not proved lately who they are, to come back to this path with its query. */
    readonly unlessFresh: (visitor: Visitor, backTo: string) => Effect.Effect<Reply | undefined>
    /** Paths by which people sign in. Where an `act` stands at `signOutPath`, pages have a button for it, which then loads the page again. */
    readonly routes: ReadonlyMap<string, SignInRoute>
    /** For `rollcall console`: `file` where a file leads the browser there. */
    readonly link: (way: "link" | "file") => Effect.Effect<ConsoleLink>
  }
>()("@rollcall/console/SignIn") {}

/** Whether it is a visitor, and not an answer to somebody who is none. */
export const isVisitor = (one: Visitor | Reply): one is Visitor => "subject" in one
