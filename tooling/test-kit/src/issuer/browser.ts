// A browser of one person who signs in to a console: with cookies, redirects, and the headers that say who led where.
import { Effect } from "effect"
import type { RawReply } from "../raw-request/index.ts"
import { rawRequest, requestText } from "../raw-request/index.ts"

type Headers = Readonly<Record<string, string | undefined>>

export type Browser = ReturnType<typeof makeBrowser>

/** A browser for a console of this origin, which listens on this port; `jar` has the cookies of its person. */
export const makeBrowser = (origin: string, port: number, jar = new Map<string, string>()) => {
  const host = new URL(origin).host
  const keep = (cookies: ReadonlyArray<string>) => {
    for (const cookie of cookies) {
      const [pair = "", ...attributes] = cookie.split(";").map((part) => part.trim())
      const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]
      if (attributes.some((one) => /^(?:max-age=0|expires=thu, 01 jan 1970.*)$/iu.test(one)) || value === "")
        jar.delete(name)
      else jar.set(name, value)
    }
  }
  const cookies = () => [...jar].map(([name, value]) => `${name}=${value}`).join("; ") || undefined

  /** A request to the console; `site` is who led there, as the browser says. */
  const get = (target: string, headers: Headers = {}): Effect.Effect<RawReply> =>
    Effect.map(
      rawRequest(
        port,
        requestText(target, {
          Host: host,
          Cookie: cookies(),
          "Sec-Fetch-Site": "none",
          "Sec-Fetch-Mode": "navigate",
          "Sec-Fetch-Dest": "document",
          ...headers,
        }),
      ),
      (reply) => {
        keep(reply.headers.has("set-cookie") ? [reply.headers.get("set-cookie") ?? ""] : [])
        return reply
      },
    )

  /** An act of a page. */
  const send = (target: string, fields: Readonly<Record<string, string>>, headers: Headers = {}) => {
    const content = new URLSearchParams(fields).toString()
    const usual = {
      Host: host,
      Origin: origin,
      Cookie: cookies(),
      "Sec-Fetch-Site": "same-origin",
      "Sec-Fetch-Mode": "cors",
      "Sec-Fetch-Dest": "empty",
      "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
      "Content-Length": String(content.length),
    }
    return Effect.map(rawRequest(port, requestText(target, { ...usual, ...headers }, "POST", content)), (reply) => {
      keep(reply.headers.has("set-cookie") ? [reply.headers.get("set-cookie") ?? ""] : [])
      return reply
    })
  }

  /** Goes along redirects, through the issuer too, until something is shown; or to an address that `stopAt` names, which is not asked for. */
  const open = Effect.fnUntraced(function* (target: string, stopAt?: string): Effect.fn.Return<Shown> {
    let at = new URL(target, origin)
    let site = "none"
    const trail: Array<string> = []
    for (let steps = 0; steps < 20; steps += 1) {
      trail.push(at.origin === origin ? at.pathname : at.href)
      if (stopAt !== undefined && at.pathname === stopAt) return { reply: nothing, trail, at: at.pathname + at.search }
      const before = at
      let to: string | undefined
      if (at.origin === origin) {
        const reply = yield* get(at.pathname + at.search, { "Sec-Fetch-Site": site })
        to = reply.headers.get("location")
        // What a page does that leads on.
        const backTo = /"backTo":("[^"]*")/u.exec(reply.body)?.[1]
        if (backTo !== undefined && to === undefined) {
          at = new URL(JSON.parse(backTo), origin)
          site = "same-origin"
          continue
        }
        if (to === undefined) return { reply, trail, at: at.pathname + at.search }
      } else {
        const cookie = cookies()
        const response = yield* Effect.promise(() =>
          fetch(before, { redirect: "manual", headers: cookie === undefined ? {} : { cookie } }),
        )
        keep(response.headers.getSetCookie())
        const body = yield* Effect.promise(() => response.text())
        to = response.headers.get("location") ?? undefined
        if (to === undefined) {
          return { reply: { status: response.status, headers: new Map(), body }, trail, at: before.href }
        }
      }
      at = new URL(to, before)
      if (at.origin !== before.origin) site = "cross-site"
    }
    return yield* Effect.die(`It leads on and on: ${trail.join(", ")}`)
  })
  /** Its token for forms. */
  const csrf = Effect.map(
    Effect.suspend(() => get("/")),
    ({ body }) => /"csrfToken":"([\w-]+)"/u.exec(body)?.[1] ?? "",
  )
  return { jar, get, send, open, csrf }
}

/** What a browser shows in the end, and how it came there. */
export interface Shown {
  readonly reply: RawReply
  readonly trail: ReadonlyArray<string>
  readonly at: string
}

const nothing: RawReply = { status: 0, headers: new Map(), body: "" }
