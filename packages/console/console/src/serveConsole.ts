// The server of the console: who is answered, and which page, data or act stands at which path.
import { hideTokens } from "@rollcall/api-client"
import type { ReplyTo } from "@rollcall/pages/server"
import { answerRequests, jsonReply, pageReply, placeOf, refusalOf, textReply } from "@rollcall/pages/server"
import { Effect } from "effect"
import { timingSafeEqual } from "node:crypto"
import type { ManagedConnections } from "./ManagedConnections.ts"
import type { ConsolePage, Frame } from "./pageData.ts"
import { allActs, neededFor, signOutPath } from "./pageData.ts"
import type { Content } from "./routes.ts"
import { makeRoutes, notFound } from "./routes.ts"
import type { ConsoleRequest } from "./sign-in/SignIn.ts"
import { isVisitor, SignIn } from "./sign-in/SignIn.ts"
import type { Visitor } from "./sign-in/Visitor.ts"
import { mayAct } from "./sign-in/Visitor.ts"
import { wholePage } from "./wholePage.ts"
import { ConsoleAddress } from "./ConsoleAddress.ts"

/** Serves the console until the scope of its address ends. */
export const serveConsole: Effect.Effect<void, never, ConsoleAddress | SignIn | ManagedConnections> = Effect.gen(
  function* () {
    const { server, origin } = yield* ConsoleAddress
    const signIn = yield* SignIn
    const routes = yield* makeRoutes

    const canSignOut = signIn.routes.get(signOutPath)?.taken === "act"
    const pageFor = (visitor: Visitor, { title, shown }: Content): ConsolePage => ({
      frame: frameFor(visitor, title, canSignOut),
      shown: withoutTokens(shown),
    })

    const replyTo: ReplyTo = Effect.fnUntraced(function* (head, form) {
      const { path, query } = placeOf(head)
      const signInRoute = signIn.routes.get(path)
      const route = routes.get(path)
      const refusal = refusalOf(head, origin, signInRoute?.taken ?? route?.taken ?? "page")
      if (refusal !== undefined) {
        return textReply(refusal.status, refusal.why, refusal.allow === undefined ? {} : { allow: refusal.allow })
      }
      const request: ConsoleRequest = { head, path, query, isBackground: route?.taken === "data" }
      if (signInRoute !== undefined) return yield* signInRoute.answer(request, form)
      const visitor = yield* signIn.visitorOf(request)
      if (!isVisitor(visitor)) return visitor
      if (route === undefined) {
        const page = notFound("There is no such page.")
        return yield* pageReply(page.status, wholePage(pageFor(visitor, page)))
      }
      if (!mayAct(visitor, route.needs))
        return textReply(403, `This is for somebody who is ${route.needs}; you are ${visitor.role}.`)
      const stale = route.asksFresh === true ? yield* signIn.unlessFresh(visitor, head.target) : undefined
      if (stale !== undefined) return stale
      if (route.taken === "act") {
        const fields = yield* form
        return isTheirs(fields.get("csrf") ?? "", visitor)
          ? jsonReply(200, withoutTokens(yield* route.act(visitor, fields)))
          : textReply(403, "The form is of another session. Load the page again.")
      }
      const page = yield* route.page(query)
      const whole = pageFor(visitor, page)
      // A script that asks has not failed where a connection is gone.
      return route.taken === "data" ? jsonReply(200, whole) : yield* pageReply(page.status, wholePage(whole))
    })
    yield* answerRequests(server, replyTo)
  },
)

const frameFor = (visitor: Visitor, title: string, canSignOut: boolean): Frame => ({
  title,
  visitor: `${visitor.name} (${visitor.role})`,
  may: allActs.filter((act) => mayAct(visitor, neededFor[act])),
  csrfToken: visitor.csrfToken,
  canSignOut,
})

/** Whatever a system or a file has said, no token that somebody put into the wrong place is shown. */
const withoutTokens = <A>(shown: A): A =>
  JSON.parse(JSON.stringify(shown), (_, value: unknown) =>
    typeof value === "string" ? hideTokens(value, "<secret>") : value,
  )

/** In a time that does not tell how much of it was right. */
const isTheirs = (token: string, { csrfToken }: Visitor): boolean => {
  const [given, own] = [Buffer.from(token), Buffer.from(csrfToken)]
  return given.length === own.length && timingSafeEqual(given, own)
}
