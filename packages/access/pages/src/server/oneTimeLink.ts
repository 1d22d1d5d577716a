// How one browser is let in by a secret that no page's address has: the paths that take the secret, and what they answer.
import { Effect } from "effect"
import type { Page } from "../htmlPage.ts"
import type { Way } from "./Entry.ts"
import { Entry } from "./Entry.ts"
import type { RequestHead } from "./gate.ts"
import { headerOf } from "./gate.ts"
import type { Reply } from "./Reply.ts"
import { emptyReply, pageReply, textReply } from "./Reply.ts"

/** The paths of the link, of what the file leads to first, and of what it leads to then. */
export const linkPaths = { link: "/link", file: "/file", start: "/start" } as const

/** A browser that comes from elsewhere is taken for one from another site, and gets no page of data before it has gone on from here. */
export const leadOnPage: Page = { title: "Rollcall", script: `location.replace("/")`, data: {} }

/** The way in to a server. */
export interface OneTimeLink {
  /** An address that lets one browser in, once and within a minute. The one before is no longer taken. */
  readonly issue: (way: Way) => Effect.Effect<string>
  /** Where a file that let its browser in leads it next. */
  readonly start: string
  /** The answer at one of the paths. `onEntered` runs when a browser is let in. */
  readonly answer: (
    path: keyof typeof linkPaths,
    query: URLSearchParams,
    onEntered?: Effect.Effect<void>,
  ) => Effect.Effect<Reply>
  /** Whether the request comes from whoever was let in. */
  readonly knows: (head: RequestHead) => boolean
  /** What whoever was not let in is told. */
  readonly refusal: Reply
}

/**
 * A way in.
 * @param origin What the server is reached by.
 * @param cookieName Has the port in it, as cookies are those of all ports.
 * @param command What gives a new link.
 */
export const makeOneTimeLink = (origin: string, cookieName: string, command: string): OneTimeLink => {
  const entry = new Entry(cookieName)
  const refusal = textReply(
    403,
    `This browser was not let in. The link works once, within a minute of being shown: run \`${command}\` again for a new one.`,
  )
  return {
    issue: (way) => Effect.map(entry.issue(way), (secret) => `${origin}${linkPaths[way]}?key=${secret}`),
    start: `${origin}${linkPaths.start}`,
    knows: (head) => entry.knows(headerOf(head, "cookie")),
    refusal,
    answer: Effect.fnUntraced(function* (path, query, onEntered = Effect.void) {
      if (path === "start") return yield* pageReply(200, leadOnPage)
      const setCookie = yield* entry.take(query.get("key") ?? "", path)
      if (setCookie === undefined) return refusal
      yield* onEntered
      // No page has the address with the secret, so none is in the history of the browser: it goes on, or it stays on the file.
      return path === "link"
        ? emptyReply(303, { "set-cookie": setCookie, location: "/" })
        : emptyReply(204, { "set-cookie": setCookie })
    }),
  }
}
