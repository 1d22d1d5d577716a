// The simulator's core: one function from request to reply, and what can be asked about it. No socket is opened here.
import { Clock, Effect } from "effect"
import { answerControl } from "./control/answerControl.ts"
import { expectedIds, type ExpectedId } from "./expected.ts"
import type { Fault } from "./faults/Fault.ts"
import { makeFaultPlan } from "./faults/FaultPlan.ts"
import { jsonReply, type SimulatorReply, type SimulatorRequest } from "./http/exchange.ts"
import { type Fetch, inProcessFetch } from "./http/inProcessFetch.ts"
import { makeRateLimits } from "./webApi/RateLimits.ts"
import { makeScimLimits } from "./scim/scimLimits.ts"
import { answerScim } from "./scim/answerScim.ts"
import { readPath } from "./scim/operations.ts"
import { makeWriteLocks } from "./scim/writes/WriteLocks.ts"
import type { SimulatorError } from "./SimulatorError.ts"
import { settingsFrom, type SimulatorOptions, type SimulatorSettings } from "./SimulatorOptions.ts"
import { stateEntries, type StateEntry } from "./state.ts"
import { answerCall } from "./webApi/answerCall.ts"
import { makeCursors } from "./webApi/cursors.ts"
import { makeTokens } from "./webApi/tokens.ts"
import type { Workspace } from "./Workspace.ts"
import { makeWorld } from "./world.ts"

/** A simulated Slack, called in this process. */
export interface SimulatedSlack {
  readonly settings: SimulatorSettings
  readonly plan: "pro" | "business-plus"
  /** Fake tokens, made from the seed: `xoxb-…` and `xoxp-…`. */
  readonly botToken: string
  readonly userToken: string
  readonly teamId: string
  /** Where the Web API seems to be; with `startSimulator` it really is there. */
  readonly webApiUrl: string
  readonly scimUrl: string
  /** Answers one request. Time is that of the Clock it runs with. */
  readonly handle: (request: SimulatorRequest) => Effect.Effect<SimulatorReply>
  /** The same as a `fetch`, on the clock of whoever made the simulator. It reaches nothing but the simulator. */
  readonly fetch: Fetch
  /** Requests so far by Web API method, refused ones and SCIM operation (`scim.users.list`), refused ones included. */
  readonly calls: () => Readonly<Record<string, number>>
  /** Those of them that were told to slow down (429), named the same way: beyond a limit, or by a fault. */
  readonly throttled: () => Readonly<Record<string, number>>
  /** The ids that a complete sync of the plan holds, made one after the other. */
  readonly expected: () => Iterable<ExpectedId>
  /** SCIM's accounts and groups after all writes, made one after the other; none on Pro. */
  readonly state: () => Iterable<StateEntry>
  /** Shows these faults from now on, beside those that wait already. */
  readonly addFaults: (faults: ReadonlyArray<Fault>) => void
  readonly clearFaults: () => void
}

const notFound = jsonReply('{"ok":false,"error":"not_found"}', {}, 404)

const makeCounts = () => {
  const counts = new Map<string, number>()
  return {
    add: (name: string) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    all: () => Object.fromEntries([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  }
}

/**
 * Makes a simulated Slack that is called in process, through `handle` or `fetch`. Fails with `BadOption`.
 *
 * It remembers the clock that it is made with: under a TestClock its limits and delays take no real time.
 */
export const makeSimulator = (options: SimulatorOptions = {}): Effect.Effect<SimulatedSlack, SimulatorError> =>
  Effect.gen(function* () {
    const settings = yield* settingsFrom(options)
    const context = yield* Effect.context()
    const world = makeWorld(settings)
    const { whole, accounts, groups } = world
    const tokens = makeTokens(whole, settings)
    const faults = makeFaultPlan(settings.faults)
    const place = (workspace: Workspace) => ({ workspace, cursors: makeCursors(workspace) })
    const api = {
      whole: place(whole),
      workspaces: world.workspaces.map(place),
      settings,
      tokens,
      faults,
      limits: makeRateLimits(settings),
    }
    const scim = {
      settings,
      tokens,
      faults,
      limits: makeScimLimits(settings),
      accounts,
      groups,
      locks: makeWriteLocks(),
    }
    const [called, slowed] = [makeCounts(), makeCounts()]
    const counted = (name: string, answer: Effect.Effect<SimulatorReply>) => {
      called.add(name)
      return Effect.tap(answer, ({ status }) => Effect.sync(() => void (status === 429 && slowed.add(name))))
    }
    const calls = called.all

    const handle = Effect.fnUntraced(function* (request: SimulatorRequest) {
      accounts.settle(yield* Clock.currentTimeMillis)
      const [pathname = "", ...query] = request.target.split("?")
      const searchParams = new URLSearchParams(query.join("?"))
      if (pathname.startsWith("/_simulator/")) {
        return yield* answerControl({ calls, faults, world, settings }, request, pathname)
      }
      if (pathname.startsWith("/scim/")) {
        const path = readPath(request.method, pathname)
        return yield* counted(path.name, answerScim(scim, path, request, searchParams))
      }
      if (!pathname.startsWith("/api/")) return notFound
      const name = pathname.slice("/api/".length)
      return yield* counted(name, answerCall(api, name, request, searchParams))
    })
    return {
      settings,
      plan: settings.plan,
      botToken: tokens.bot.value,
      userToken: tokens.user.value,
      teamId: whole.team.id,
      webApiUrl: "http://slack.invalid/api/",
      scimUrl: "http://slack.invalid/scim/",
      handle,
      fetch: inProcessFetch(handle, context),
      calls,
      throttled: slowed.all,
      expected: () => expectedIds(world, settings),
      state: () => stateEntries(world, settings),
      addFaults: faults.add,
      clearFaults: faults.clear,
    }
  })
