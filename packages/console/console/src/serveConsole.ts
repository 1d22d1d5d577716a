// The server of the console: who is answered, and which page, data or act stands at which path.
import type { ReplyTo } from "@rollcall/pages/server"
import { answerRequests, jsonReply, pageReply, placeOf, refusalOf, textReply } from "@rollcall/pages/server"
import { Effect } from "effect"
import { timingSafeEqual } from "node:crypto"
import type { ManagedConnections } from "./ManagedConnections.ts"
import type { ConsolePage, Frame, Shown } from "./pageData.ts"
import { allActs, neededFor } from "./pageData.ts"
import { makeRoutes } from "./routes.ts"
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

    const pageFor = (
      visitor: Visitor,
      { title, shown }: { readonly title: string; readonly shown: Shown },
    ): ConsolePage => ({
      frame: frameFor(visitor, title, signIn.signOut),
      shown,
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
        const shown: Shown = { kind: "trouble", heading: "There is no such page.", text: "Begin with the connections." }
        return yield* pageReply(404, wholePage(pageFor(visitor, { title: "Not found", shown })))
      }
      if (!mayAct(visitor, route.needs))
        return textReply(403, `This is for somebody who is ${route.needs}; you are ${visitor.role}.`)
      const stale = route.asksFresh === true ? yield* signIn.unlessFresh(visitor, head.target) : undefined
      if (stale !== undefined) return stale
      if (route.taken === "act") {
        const fields = yield* form
        return isTheirs(fields.get("csrf") ?? "", visitor)
          ? jsonReply(200, yield* route.act(visitor, fields))
          : textReply(403, "The form is of another session. Load the page again.")
      }
      const page = yield* route.page(visitor, query)
      const whole = pageFor(visitor, page)
      return route.taken === "data" ? jsonReply(page.status, whole) : yield* pageReply(page.status, wholePage(whole))
    })
    yield* answerRequests(server, replyTo)
  },
)

const frameFor = (visitor: Visitor, title: string, signOut: string | undefined): Frame => ({
  title,
  visitor: `${visitor.name} (${visitor.role})`,
  may: allActs.filter((act) => mayAct(visitor, neededFor[act])),
  csrfToken: visitor.csrfToken,
  signOut,
})

/** In a time that does not tell how much of it was right. */
const isTheirs = (token: string, { csrfToken }: Visitor): boolean => {
  const [given, own] = [Buffer.from(token), Buffer.from(csrfToken)]
  return given.length === own.length && timingSafeEqual(given, own)
}
