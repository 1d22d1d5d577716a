// A Web API call from request to reply, in Slack's order: is there such a method, can the request be read, whose token is
// it, is it too soon, has the token the scopes, and then the method's own answer. Faults stand before all that.
import { Effect } from "effect"
import type { FaultKind } from "../faults/Fault.ts"
import type { FaultPlan } from "../faults/FaultPlan.ts"
import { rateLimitedReply, replyOfFault, spoilReply } from "../faults/faultReply.ts"
import { jsonReply, type SimulatorReply, type SimulatorRequest } from "../http/exchange.ts"
import type { RateLimits } from "./RateLimits.ts"
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import type { Workspace } from "../Workspace.ts"
import type { Answer } from "./Call.ts"
import type { Cursors } from "./cursors.ts"
import { type Method, methods } from "./methods.ts"
import { spoilerFrom } from "./PageSpoiler.ts"
import { type Arguments, readRequest } from "./readRequest.ts"
import { killTokens, type Token, type Tokens } from "./tokens.ts"

/** A workspace and the cursors into its lists. */
export interface Place {
  readonly workspace: Workspace
  readonly cursors: Cursors
}

/** All that a simulated Slack remembers between calls. */
export interface WebApi {
  /** All that the tokens' installation covers; the same as the one workspace unless it is an organisation's. */
  readonly whole: Place
  readonly workspaces: ReadonlyArray<Place>
  readonly settings: SimulatorSettings
  readonly tokens: Tokens
  readonly limits: RateLimits
  readonly faults: FaultPlan
}

const failure = (error: string, headers: Readonly<Record<string, string>> = {}, more = ""): SimulatorReply =>
  jsonReply(`{"ok":false,"error":${JSON.stringify(error)}${more === "" ? "" : `,${more}`}}`, headers)

/** What the token has and what the method accepts: on successes and failures alike. */
const scopeHeaders = (method: Method, token: Token | undefined): Readonly<Record<string, string>> => ({
  ...(token === undefined ? {} : { "x-oauth-scopes": token.scopes.join(",") }),
  ...(method.scopes.length === 0 ? {} : { "x-accepted-oauth-scopes": method.scopes.join(",") }),
})

const replyOf = (
  answer: Answer,
  headers: Readonly<Record<string, string>>,
  warnings: ReadonlyArray<string>,
): SimulatorReply => {
  if (!answer.ok) return failure(answer.error, headers, answer.members)
  const metadata = {
    ...(answer.nextCursor === undefined ? {} : { next_cursor: answer.nextCursor }),
    ...(warnings.length === 0 ? {} : { warnings }),
  }
  const remarks = warnings.length === 0 ? "" : `,"warning":${JSON.stringify(warnings.join(","))}`
  const closing = Object.keys(metadata).length === 0 ? "" : `,"response_metadata":${JSON.stringify(metadata)}`
  return jsonReply(`{"ok":true,${answer.members}${remarks}${closing}}`, headers)
}

/** What a call is about: only GovSlack's tokens, which are those of an organisation, have to say it. */
const placeOf = ({ settings, whole, workspaces }: WebApi, method: Method, args: Arguments): Place | string => {
  if (!settings.gov || !method.isOfTeam) return whole
  // team.info knows its workspace by `team` as well.
  const teamId = args.get("team_id") ?? args.get("team")
  if (teamId === undefined) return "missing_argument"
  return workspaces.find(({ workspace }) => workspace.team.id === teamId) ?? "team_access_not_granted"
}

const answerSoundly = Effect.fnUntraced(function* (
  api: WebApi,
  name: string,
  method: Method,
  request: SimulatorRequest,
  query: URLSearchParams,
  faults: ReadonlyArray<FaultKind>,
) {
  const read = readRequest(request, query)
  if (!read.ok) return failure(read.error, scopeHeaders(method, undefined))
  const token = method.needsToken ? api.tokens.check(read.token) : undefined
  if (typeof token === "string") return failure(token, scopeHeaders(method, undefined))
  const headers = scopeHeaders(method, token)
  // Limits are those of a method, a token and a workspace.
  const caller = `${token?.value ?? ""} ${api.settings.gov ? (read.args.get("team_id") ?? "") : ""}`
  const isPaged = Number(read.args.get("limit") ?? 0) > 0
  const retryAfter = yield* api.limits.retryAfter(name, method, caller, isPaged)
  if (retryAfter > 0) return rateLimitedReply(retryAfter)
  const needed = method.scopes.filter((scope) => token?.scopes.includes(scope) !== true)
  if (needed.length > 0) {
    const scopes = JSON.stringify({ needed: needed.join(","), provided: token?.scopes.join(",") ?? "" })
    return failure("missing_scope", headers, scopes.slice(1, -1))
  }
  const place = placeOf(api, method, read.args)
  if (typeof place === "string") return failure(place, headers)
  const call = {
    ...place,
    args: read.args,
    token,
    workspaces: api.workspaces.map(({ workspace }) => workspace),
    settings: api.settings,
    spoiler: spoilerFrom(faults),
  }
  return replyOf(method.answer(call), headers, read.warnings)
})

/** Answers one call. Delays, and answers that never come, are part of the effect. */
export const answerCall = Effect.fnUntraced(function* (
  api: WebApi,
  name: string,
  request: SimulatorRequest,
  query: URLSearchParams,
) {
  const method = methods.get(name)
  const faults = api.faults.next(name)
  for (const fault of faults) {
    if (fault.kind === "delay") yield* Effect.sleep(fault.millis)
    if (fault.kind === "never") return yield* Effect.never
  }
  // What these change stays changed, before the call that shows them is answered.
  if (faults.some(({ kind }) => kind === "expireCursors")) {
    for (const { cursors } of [api.whole, ...api.workspaces]) cursors.expire()
  }
  killTokens(api.tokens, faults)
  for (const fault of faults) {
    const reply = replyOfFault(fault, method?.data ?? "data")
    if (reply !== undefined) return spoilReply(reply, faults)
  }
  if (method === undefined) return spoilReply(failure("unknown_method"), faults)
  return spoilReply(yield* answerSoundly(api, name, method, request, query, faults), faults)
})
