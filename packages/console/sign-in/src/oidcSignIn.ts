// Signing in to the console with OpenID Connect: the paths that people are led along, and who a request comes from.
import type { ConsoleRequest, SignInRoute } from "@rollcall/console"
import { ConsoleAddress, freshMillis, SignIn, signOutPath } from "@rollcall/console"
import type { StoreError } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import type { Page } from "@rollcall/pages"
import type { Reply, RequestHead } from "@rollcall/pages/server"
import { emptyReply, jsonReply, pageReply, textReply } from "@rollcall/pages/server"
import type { SessionStore } from "@rollcall/session-store"
import { Clock, Effect, Layer } from "effect"
import { timingSafeEqual } from "node:crypto"
import { cookieOf } from "./cookies.ts"
import type { SignInError } from "./Issuer.ts"
import { makeIssuer } from "./Issuer.ts"
import type { OidcSettings } from "./OidcSettings.ts"
import { roleOf } from "./roles.ts"
import { makeSessions } from "./Sessions.ts"
import { attemptOf, attemptSeconds, attemptText, beginAttempt, pathHere } from "./SignInAttempt.ts"

/** The paths of signing in and out. */
const paths = { begin: "/sign-in", back: "/sign-in/callback", out: signOutPath } as const

/**
 * A browser says of a page, and of all that it is redirected to, that another site led there. So whoever comes from the issuer gets a page
 * that leads on.
 */
const leadOn = (backTo: string): Page => ({
  title: "Rollcall",
  script: `location.replace(JSON.parse(document.querySelector("#data").textContent).backTo)`,
  data: { backTo },
})

/** What the cookie of the session says after somebody signed out: they are not led to the issuer, which may still know them, by themselves. */
const signedOut = "signed-out"

/** Lets in whoever the issuer knows and the settings give a role. */
export const oidcSignIn = (settings: OidcSettings): Layer.Layer<SignIn, never, ConsoleAddress | SessionStore> =>
  Layer.effect(
    SignIn,
    Effect.gen(function* () {
      const { origin, port } = yield* ConsoleAddress
      const issuer = makeIssuer(settings, `${origin}${paths.back}`)
      const attempts = cookieOf("rollcall_sign_in", origin, port)
      const sessionCookie = cookieOf("rollcall_session", origin, port)
      const sessions = yield* makeSessions(sessionCookie)

      const hasSignedOut = (head: RequestHead) => sessionCookie.of(head) === signedOut

      const begin = Effect.fnUntraced(function* ({ head, query }: ConsoleRequest) {
        const attempt = beginAttempt(pathHere(query.get("to") ?? "/"), query.get("fresh") !== null)
        const location = yield* issuer.addressFor(attempt, hasSignedOut(head))
        return emptyReply(303, { location, "set-cookie": attempts.set(attemptText(attempt), attemptSeconds) })
      })

      const comeBack = Effect.fnUntraced(function* ({ head, query }: ConsoleRequest) {
        const attempt = attemptOf(attempts.of(head))
        if (attempt === undefined) {
          return textReply(
            403,
            `This sign-in was not begun in this browser, or more than ${attemptSeconds / 60} minutes ago. Open ${origin}/ to sign in.`,
          )
        }
        const { roles, ...identity } = yield* issuer.identityOf(attempt, query)
        const who = { iss: identity.issuer, sub: identity.subject }
        const role = roleOf(roles, settings.roles)
        if (role === undefined) {
          yield* Effect.annotateLogs(
            Effect.logWarning("Sign-in to the console refused: no role is mapped to them."),
            who,
          )
          return textReply(
            403,
            `You are known, and have no role here: nothing that ${settings.rolesClaim} says of you is mapped to one. Ask whoever runs Rollcall.`,
          )
        }
        const cookie = yield* sessions.begin(head, attempt.secret, { ...identity, role })
        if (cookie === undefined) return textReply(403, `This sign-in was used before. Open ${origin}/ to sign in.`)
        yield* Effect.annotateLogs(Effect.logInfo(`Signed in to the console as ${role}.`), who)
        return yield* pageReply(200, leadOn(attempt.backTo), { "set-cookie": cookie })
      })

      const signOut = Effect.fnUntraced(function* ({ head }: ConsoleRequest, form: Effect.Effect<URLSearchParams>) {
        const visitor = yield* sessions.find(head, false)
        const given = (yield* form).get("csrf") ?? ""
        if (visitor !== undefined && !isSame(given, visitor.csrfToken)) {
          return textReply(403, "The form is of another session. Load the page again.")
        }
        yield* sessions.end(head)
        const reply = jsonReply(200, { done: "You are signed out." })
        return { ...reply, headers: { ...reply.headers, "set-cookie": sessionCookie.set(signedOut) } }
      })

      return SignIn.of({
        visitorOf: ({ head, isBackground }) =>
          hasSignedOut(head)
            ? Effect.succeed(textReply(403, `You are signed out. Open ${origin}${paths.begin} to sign in again.`))
            : sessions.find(head, !isBackground).pipe(
                Effect.map(
                  (visitor) => visitor ?? toSignIn(head.method === "GET" && !isBackground ? head.target : "/", false),
                ),
                Effect.catch(failed),
              ),
        unlessFresh: ({ signedInAt }, backTo) =>
          Effect.map(Clock.currentTimeMillis, (now) =>
            now - signedInAt < freshMillis ? undefined : toSignIn(backTo, true),
          ),
        routes: new Map<string, SignInRoute>([
          [paths.begin, { taken: "callback", answer: (request) => begin(request).pipe(Effect.catch(failed)) }],
          [paths.back, { taken: "callback", answer: (request) => comeBack(request).pipe(Effect.catch(failed)) }],
          [paths.out, { taken: "act", answer: (request, form) => signOut(request, form).pipe(Effect.catch(failed)) }],
        ]),
        link: () => Effect.succeed({ url: `${origin}${paths.begin}` }),
      })
    }),
  )

const toSignIn = (backTo: string, isFresh: boolean): Reply => {
  const query = new URLSearchParams({ to: backTo, ...(isFresh ? { fresh: "" } : {}) })
  return emptyReply(303, { location: `${paths.begin}?${query.toString()}` })
}

/** What somebody is answered who cannot be signed in, or looked up, just now; the log says it too. */
const failed = (error: SignInError | StoreError): Effect.Effect<Reply> => {
  const isRefused = error._tag === "SignInError" && error.reason === "Refused"
  return Effect.as(
    Effect.logWarning(`Sign-in to the console failed. ${sentenceOf(error)}`),
    textReply(isRefused ? 403 : 503, sentenceOf(error)),
  )
}

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
