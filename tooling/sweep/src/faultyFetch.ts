// A `fetch` between the clients and the simulated Slack that counts calls by method, keeps pages small so that every list
// has a first, a middle and a last page, and shows one fault.
import type { Fetch } from "@rollcall/slack-simulator"
import { bodyOf, type FaultKind, type Json } from "./faults.ts"

/** When a fault shows: at one call, at that call and all later ones, or whenever the same page is asked for. */
export const manners = ["once", "from then on", "on that page"] as const

/** One fault at one call. */
export interface PlannedFault {
  readonly method: string
  /** The call of the method, from 1. */
  readonly call: number
  readonly manner: (typeof manners)[number]
  readonly kind: FaultKind
}

/** The fetch and what was asked through it. */
export interface FaultyFetch {
  readonly fetch: Fetch
  readonly calls: () => ReadonlyMap<string, number>
}

/** The member of a reply that holds the list, by method. */
export const lists: Readonly<Record<string, string>> = {
  "auth.teams.list": "teams",
  "users.list": "members",
  "usergroups.list": "usergroups",
  "scim.users.list": "Resources",
  "scim.groups.list": "Resources",
}

const methodOf = ({ pathname }: URL): string => {
  const kind = /^\/scim\/v\d\/(?<kind>\w+)$/u.exec(pathname)?.groups?.["kind"]
  return kind === undefined ? pathname.replace(/^\/(?:api|scim)\//u, "") : `scim.${kind.toLowerCase()}.list`
}

/** Asks for smaller pages than the client does. */
const withSmallPages = (parameters: URLSearchParams, most: number): void => {
  for (const name of ["limit", "count"]) {
    const asked = Number(parameters.get(name))
    if (asked > most) parameters.set(name, String(most))
  }
}

export const faultyFetch = (
  real: Fetch,
  planned: PlannedFault | undefined,
  pages: { readonly most?: number; readonly inFlight: <A>(work: Promise<A>) => Promise<A> },
): FaultyFetch => {
  const calls = new Map<string, number>()
  const before = new Map<string, Json>()
  let faultyPage: string | undefined

  const exchange = async (request: Request): Promise<Response | "silence"> => {
    const url = new URL(request.url)
    const method = methodOf(url)
    const form = new URLSearchParams(await request.text())
    if (pages.most !== undefined) {
      for (const parameters of [url.searchParams, form]) withSmallPages(parameters, pages.most)
    }
    const call = (calls.get(method) ?? 0) + 1
    calls.set(method, call)
    const sent = { method: request.method, headers: request.headers, signal: request.signal }
    const answer = await real(url, request.method === "GET" ? sent : { ...sent, body: form.toString() })
    const reply = { status: answer.status, text: await answer.text() }

    const page = pageOf(url, form)
    if (planned?.method === method && call === planned.call) faultyPage = page
    const told =
      planned?.method === method && shows(planned, call, page === faultyPage)
        ? planned.kind.reply(reply, { method, list: lists[method] ?? "", before: before.get(method) })
        : reply
    if (told === "silence") return told
    if (told === "cut") throw cut()
    before.set(method, bodyOf(told))
    if (told === reply) return new Response(reply.text, { status: reply.status, headers: answer.headers })
    const headers = { "content-type": "application/json", ...("headers" in told ? told.headers : {}) }
    return new Response(told.status === 204 ? null : told.text, { status: told.status, headers })
  }

  return {
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const answer = await pages.inFlight(exchange(request))
      return answer === "silence" ? untilAborted(request.signal) : answer
    },
    calls: () => calls,
  }
}

const pageOf = (url: URL, form: URLSearchParams): string =>
  [url.searchParams, form].flatMap((it) => ["cursor", "startIndex", "team_id"].map((name) => it.get(name))).join("|")

const shows = ({ manner, call }: PlannedFault, now: number, isSamePage: boolean): boolean =>
  ({ once: now === call, "from then on": now >= call, "on that page": isSamePage })[manner]

const cut = () => new TypeError("fetch failed", { cause: Object.assign(new Error("cut"), { code: "ECONNRESET" }) })

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason))
  })
