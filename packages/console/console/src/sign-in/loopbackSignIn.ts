// On this machine alone: whoever may run commands as the user of the worker is let in by a link that works once, as into the explorer.
import { linkPaths, makeOneTimeLink, textReply } from "@rollcall/pages/server"
import { Clock, Effect, Layer } from "effect"
import { randomBytes } from "node:crypto"
import { userInfo } from "node:os"
import { ConsoleAddress } from "../ConsoleAddress.ts"
import type { SignInRoute } from "./SignIn.ts"
import { SignIn } from "./SignIn.ts"
import type { Visitor } from "./Visitor.ts"

/** A session ends after so many milliseconds without use, or in all. */
export const sessionMillis = { idle: 30 * 60_000, whole: 8 * 3_600_000 }

/** How long a sign-in counts as fresh, in milliseconds. */
export const freshMillis = 5 * 60_000

const command = "rollcall console"

/** One browser at a time, which may do everything. A new link lets another one in, in its place. */
export const loopbackSignIn: Layer.Layer<SignIn, never, ConsoleAddress> = Layer.effect(
  SignIn,
  Effect.map(Effect.service(ConsoleAddress), ({ origin, port }) => {
    const link = makeOneTimeLink(origin, `rollcall_console_${port}`, command)
    const { username } = userInfo()
    let session: { readonly visitor: Visitor; usedAt: number } | undefined
    const begin = Effect.map(Clock.currentTimeMillis, (now) => {
      const csrfToken = randomBytes(32).toString("base64url")
      const subject = { issuer: "local", subject: username, name: username }
      session = { visitor: { ...subject, role: "admin", signedInAt: now, csrfToken }, usedAt: now }
    })
    const route = (path: keyof typeof linkPaths): readonly [string, SignInRoute] => [
      linkPaths[path],
      { taken: path === "link" ? "page" : "entrance", answer: ({ query }) => link.answer(path, query, begin) },
    ]
    return SignIn.of({
      routes: new Map([route("link"), route("file"), route("start")]),
      visitorOf: ({ head, isBackground }) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          if (session === undefined || !link.knows(head)) return link.refusal
          const { visitor, usedAt } = session
          if (now - usedAt >= sessionMillis.idle || now - visitor.signedInAt >= sessionMillis.whole) {
            session = undefined
            return textReply(403, `This session is over. Run \`${command}\` again for a new link.`)
          }
          if (!isBackground) session.usedAt = now
          return visitor
        }),
      unlessFresh: ({ signedInAt }) =>
        Effect.map(Clock.currentTimeMillis, (now) =>
          now - signedInAt < freshMillis
            ? undefined
            : textReply(
                403,
                `This asks for a link that was opened in the last ${freshMillis / 60_000} minutes. Run \`${command}\` again, and come back here.`,
              ),
        ),
      link: (way) => Effect.map(link.issue(way), (url) => ({ url, next: way === "file" ? link.start : undefined })),
    })
  }),
)
