// What comes of a plan that is applied, and of access that ends, when Slack or the clock fails: one case a failure, over the real client and
// the stores of the apps. The table "what happens when" of the docs says the same.
import { assert, describe, it } from "@effect/vitest"
import type { FailureKind, StoreError } from "@rollcall/connector"
import { isFailure } from "@rollcall/connector"
import { clockSkew } from "@rollcall/host/changes"
import type { AppliedPlan } from "@rollcall/plan"
import { makePlan, PlanError, type DesiredChange } from "@rollcall/plan"
import { type Fault, type Fetch, makeSimulator, type SimulatorOptions } from "@rollcall/slack-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { virtualClock } from "@rollcall/test-kit/virtual-time"
import { Clock, Effect } from "effect"
import { auditIn, connectorAt, doJob, type Job, leasesIn } from "../src/changeJobs.ts"

const startOf2026 = Date.UTC(2026, 0, 1)
const membership = (group: string) => {
  const resource = { resourceType: "group", resource: group }
  return { id: `group:${group}:member`, resource, slug: "member" }
}
const user = (resource: string) => ({ resourceType: "user", resource })

/** A workspace with a full and an empty group, and two people who are in neither; `stale` reads show how a group was at first. */
const world = Effect.fnUntraced(function* (options: SimulatorOptions = {}) {
  const time = virtualClock()
  const { clock } = time
  const slack = yield* Effect.provideService(
    makeSimulator({
      plan: "business-plus",
      users: 30,
      idpGroups: 4,
      rateLimits: "off",
      activeDelayMillis: 0,
      ...options,
    }),
    Clock.Clock,
    clock,
  )
  const state = () => [...slack.state()]
  const groups = () => state().flatMap((entry) => ("group" in entry ? [entry] : []))
  const membersOf = (id: string) => groups().find(({ group }) => group === id)?.members ?? []
  const full = groups()[0]?.group ?? ""
  const empty = groups().find(({ members }) => members.length === 0)?.group ?? ""
  const active = new Set(state().flatMap((entry) => ("account" in entry && entry.active ? [entry.account] : [])))
  const holds = /^workspaceRole:[^:]+:member:assigned:user:(?<user>.+)$/u
  const [joiner = "", second = ""] = [...slack.expected()]
    .flatMap(({ id }) => holds.exec(id)?.groups?.["user"] ?? [])
    .filter((who) => active.has(who) && !membersOf(full).includes(who))

  let isStale = false
  const shown = new Map<string, { readonly status: number; readonly text: string }>()
  const asItWas: Fetch = async (input, init) => {
    const request = new Request(input, init)
    const isRead = request.method === "GET" && request.url.includes("/Groups/")
    const known = isStale && isRead ? shown.get(request.url) : undefined
    if (known !== undefined) return new Response(known.text, { status: known.status })
    const answer = await slack.fetch(request)
    if (!isRead) return answer
    const reply = { status: answer.status, text: await answer.text() }
    if (!isStale) shown.set(request.url, reply)
    return new Response(reply.text, { status: reply.status, headers: answer.headers })
  }
  const folder = yield* scratchFolder("failures")
  const place = { slack, fetch: asItWas, folder }
  /** Does a job so many minutes later, by a clock that is `fast` minutes ahead of Slack's. */
  const later = (job: Job, minutes: number, fast = 0) => {
    const then = virtualClock(minutes)
    const dated: Fetch = async (input, init) => {
      const answer = await then.inFlight(asItWas(input, init))
      const headers = new Headers(answer.headers)
      headers.set("date", new Date(then.clock.currentTimeMillisUnsafe() - fast * 60_000).toUTCString())
      return new Response(answer.status === 204 ? null : answer.body, { status: answer.status, headers })
    }
    return Effect.result(doJob(job, { slack, fetch: dated, folder, skew: clockSkew }, then.clock))
  }
  const on = <A, E, R>(work: Effect.Effect<A, E, R>) => Effect.provideService(work, Clock.Clock, clock)
  /** By somebody else, as an administrator does it. */
  const others = (method: string, path: string, body?: object) =>
    Effect.promise(() =>
      slack.fetch(`${slack.scimUrl}v2/${path}`, {
        method,
        headers: { authorization: `Bearer ${slack.userToken}`, "content-type": "application/scim+json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
  const patches = () => slack.calls()["scim.groups.patch"] ?? 0
  const stale = (whether: boolean) => void (isStale = whether)
  return { ...slack, place, later, on, others, patches, stale, membersOf, full, empty, joiner, second }
})

type World = Effect.Success<ReturnType<typeof world>>

const patch = (fault: Fault["fault"], more: Partial<Fault> = {}): Fault => ({
  method: "scim.groups.patch",
  fault,
  ...more,
})
const read = (fault: Fault["fault"], more: Partial<Fault> = {}): Fault => ({
  method: "scim.groups.get",
  fault,
  ...more,
})
const revoked = { kind: "error", error: "token_revoked" } as const

const refusedToken = { kind: "error", error: "invalid_authentication" } as const

const kindOf = (error: unknown): FailureKind | undefined => (isFailure(error) ? error.kind : undefined)

/** A failure that happens to both jobs, and what comes of each. */
interface Case {
  readonly when: string
  readonly simulator?: SimulatorOptions
  /** Happens after the plan was made, or the access granted. */
  readonly before: (world: World) => Effect.Effect<unknown> | void
  /** Puts an end to it. */
  readonly after?: (world: World) => Effect.Effect<unknown> | void
}

const happen = (what: Case["before"] | undefined, town: World) => Effect.suspend(() => what?.(town) ?? Effect.void)

interface AppliedCase extends Case {
  /** Outcomes of the first change and of the second, or the reason of the refusal, and the kind of what stopped it. */
  readonly first: ReadonlyArray<string>
  readonly stopped?: FailureKind
  /** The same of a second apply, once it is over; absent: not applied again. */
  readonly next?: ReadonlyArray<string>
  /** Of both. */
  readonly writes: number
  /** Minutes after the plan was made, by the clock of the first apply; default 1. */
  readonly ahead?: number
}

describe("a plan that is applied", () => {
  for (const { when, simulator, before, after, first, stopped, next, writes, ahead } of [
    {
      when: "Slack answers 429: it waits, and goes on",
      before: ({ addFaults }) => addFaults([patch({ kind: "rateLimited" })]),
      first: ["changed", "changed"],
      writes: 3,
    },
    {
      when: "Slack fails (5xx) before it takes effect: a read shows that, and it is sent once more",
      before: ({ addFaults }) => addFaults([patch({ kind: "htmlError", status: 503 })]),
      first: ["changed", "changed"],
      writes: 3,
    },
    {
      when: "Slack fails (5xx) after it took effect: a read shows that, and it is not sent again",
      before: ({ addFaults }) => addFaults([patch({ kind: "afterEffect", status: 500 })]),
      first: ["already", "changed"],
      writes: 2,
    },
    {
      when: "the connection is reset after the write: a read tells what came of it",
      before: ({ addFaults }) => addFaults([patch({ kind: "afterEffect", status: "cut" })]),
      first: ["already", "changed"],
      writes: 2,
    },
    {
      when: "the connection is reset after the write, and the read fails too: the rest is not tried, and the next apply looks it up",
      before: ({ addFaults }) =>
        addFaults([
          patch({ kind: "afterEffect", status: "cut" }),
          read({ kind: "cut", after: 0 }, { call: 3, times: "always" }),
        ]),
      after: ({ clearFaults }) => clearFaults(),
      first: ["failed", "notTried"],
      stopped: "unavailable",
      next: ["before", "changed"],
      writes: 2,
    },
    {
      when: "reads still show the old state after the write: the rest is not tried, and the next apply looks it up",
      simulator: { groupPatchReply: 204 },
      before: ({ stale, on, place, full, empty }) =>
        on(
          Effect.gen(function* () {
            const { provisioning } = yield* connectorAt(place)
            for (const group of [full, empty])
              yield* Effect.orDie(provisioning?.holders(membership(group)) ?? Effect.void)
            stale(true)
          }).pipe(Effect.scoped),
        ),
      after: ({ stale }) => stale(false),
      first: ["failed", "notTried"],
      stopped: "unavailable",
      next: ["before", "changed"],
      writes: 2,
    },
    {
      when: "a group was deleted since: it is refused, and nothing is begun",
      before: ({ others, empty }) => others("DELETE", `Groups/${empty}`),
      first: ["Stale"],
      stopped: "usage",
      writes: 0,
    },
    {
      when: "a group is deleted under the apply: its change fails, and the others are made",
      before: ({ addFaults }) => addFaults([patch({ kind: "error", error: "no_such_group" })]),
      first: ["failed", "changed"],
      writes: 2,
    },
    {
      when: "a person was deactivated since: it is refused, and nothing is begun",
      before: ({ others, joiner }) => others("DELETE", `Users/${joiner}`),
      first: ["Stale"],
      stopped: "usage",
      writes: 0,
    },
    {
      when: "a person is deactivated under the apply: Slack refuses the change, and the others are made",
      before: ({ addFaults }) => addFaults([patch({ kind: "error", error: "user_not_found", status: 404 })]),
      first: ["failed", "changed"],
      writes: 2,
    },
    {
      when: "the token is revoked under the apply: the rest is not tried, and another token goes on",
      before: ({ addFaults }) => addFaults([patch(refusedToken, { call: 2, times: "always" })]),
      after: ({ clearFaults }) => clearFaults(),
      first: ["changed", "failed"],
      stopped: "refused",
      next: ["before", "changed"],
      writes: 3,
    },
    {
      when: "the token was revoked since: nothing is begun, and another token applies it",
      before: ({ addFaults }) => addFaults([{ method: "auth.test", times: "always", fault: revoked }]),
      after: ({ clearFaults }) => clearFaults(),
      first: ["CredentialRejected"],
      stopped: "refused",
      next: ["changed", "changed"],
      writes: 2,
    },
    {
      when: "the clock was set forward by more than plans may be old: it is refused, and applied once the clock is right",
      before: () => undefined,
      ahead: 25 * 60,
      first: ["Expired"],
      stopped: "usage",
      next: ["changed", "changed"],
      writes: 2,
    },
    {
      when: "the clock was set back: a plan of the future is refused, and applied once the clock is right",
      before: () => undefined,
      ahead: -60,
      first: ["Expired"],
      stopped: "usage",
      next: ["changed", "changed"],
      writes: 2,
    },
  ] satisfies ReadonlyArray<AppliedCase>) {
    it.live(`when ${when}`, () =>
      Effect.gen(function* () {
        const town = yield* world(simulator)
        const desiredChanges: ReadonlyArray<DesiredChange> = [
          { _tag: "Change", intent: "grant", entitlement: membership(town.empty), principal: user(town.joiner) },
          { _tag: "Change", intent: "grant", entitlement: membership(town.full), principal: user(town.second) },
        ]
        const { plan } = yield* town.on(makePlan(yield* connectorAt(town.place), { desiredChanges }))
        yield* happen(before, town)
        const apply = (minutes: number) => town.later({ _tag: "Apply", plan }, minutes)
        const told = (result: Effect.Success<ReturnType<typeof apply>>) => {
          if (result._tag === "Failure")
            return { outcomes: [reasonOf(result.failure)], stopped: kindOf(result.failure) }
          const { results = [], stopReason } = appliedOf(result.success)
          return { outcomes: results.map(({ outcome }) => outcome), stopped: kindOf(stopReason) }
        }
        assert.deepStrictEqual(told(yield* apply(ahead ?? 1)), { outcomes: first, stopped })
        yield* happen(after, town)
        if (next !== undefined) assert.deepStrictEqual(told(yield* apply(60)), { outcomes: next, stopped: undefined })
        assert.strictEqual(town.patches(), writes)
        const isDone = (next ?? first).every((outcome) => outcome !== "failed" && !/^[A-Z]/u.test(outcome))
        if (isDone) {
          assert.include(town.membersOf(town.empty), town.joiner)
          assert.include(town.membersOf(town.full), town.second)
          assert.deepStrictEqual(openLines(town.place.folder), [])
        }
      }).pipe(Effect.scoped),
    )
  }
})

const appliedOf = (done: unknown): Partial<AppliedPlan> => (typeof done === "object" && done !== null ? done : {})

const reasonOf = (error: unknown): string => {
  if (error instanceof PlanError) return error.reason
  const reason = typeof error === "object" && error !== null && "reason" in error ? error.reason : undefined
  return typeof reason === "object" && reason !== null && "_tag" in reason ? String(reason._tag) : String(error)
}

/** Writes of the audit log without a line after them. */
const openLines = (folder: string): ReadonlyArray<string> =>
  [...Map.groupBy(auditIn(folder), ({ requestId }) => requestId)].flatMap(([id, lines]) =>
    lines.at(-1)?.outcome === "begun" ? [id] : [],
  )

interface EndedCase extends Case {
  /** The lease after the first pass that comes after its end, and the kind of what stopped that pass. */
  readonly first: string
  readonly stopped?: FailureKind
  /** After the next pass; absent: the lease is over. */
  readonly next?: string
  /** Of the ends. */
  readonly writes: number
  /** Minutes that the clock is ahead of Slack's in the first pass. */
  readonly fast?: number
}

const lost = patch({ kind: "afterEffect", status: "cut" })

describe("access that ends", () => {
  for (const { when, simulator, before, after, first, stopped, next, writes, fast } of [
    {
      when: "Slack answers 429: it waits, and ends it",
      before: ({ addFaults }) => addFaults([patch({ kind: "rateLimited" })]),
      first: "expired",
      writes: 2,
    },
    {
      when: "Slack fails (5xx) and goes on to: it stays, and the next pass tries again",
      before: ({ addFaults }) => addFaults([patch({ kind: "htmlError", status: 503 }, { times: "always" })]),
      after: ({ clearFaults }) => clearFaults(),
      first: "ending, failed",
      next: "expired",
      writes: 3,
    },
    {
      when: "the connection is reset after the removal: a read tells that it is done",
      before: ({ addFaults }) => addFaults([lost]),
      first: "expired",
      writes: 1,
    },
    {
      when: "the connection is reset after the removal, and the read fails too: the next pass finds it done",
      before: ({ addFaults }) => addFaults([lost, read({ kind: "cut", after: 0 }, { call: 3, times: "always" })]),
      after: ({ clearFaults }) => clearFaults(),
      first: "ending, failed",
      next: "expired",
      writes: 1,
    },
    {
      when: "reads still show the person after the removal: the next pass finds it done",
      simulator: { groupPatchReply: 204 },
      before: ({ stale, on, place, empty }) =>
        on(
          Effect.gen(function* () {
            const { provisioning } = yield* connectorAt(place)
            yield* Effect.orDie(provisioning?.holders(membership(empty)) ?? Effect.void)
            stale(true)
          }).pipe(Effect.scoped),
        ),
      after: ({ stale }) => stale(false),
      first: "ending, failed",
      next: "expired",
      writes: 1,
    },
    {
      when: "the group was deleted: it is over, as the group is gone",
      before: ({ others, empty }) => others("DELETE", `Groups/${empty}`),
      first: "entitlement gone",
      writes: 0,
    },
    {
      when: "the person was deactivated, who lost the group with that: it is over, as removed by others",
      before: ({ others, joiner }) => others("DELETE", `Users/${joiner}`),
      first: "removed by others",
      writes: 0,
    },
    {
      when: "the token was revoked: it stays, and a pass with another token ends it",
      before: ({ addFaults }) => addFaults([{ method: "auth.test", times: "always", fault: revoked }]),
      after: ({ clearFaults }) => clearFaults(),
      first: "active",
      stopped: "refused",
      next: "expired",
      writes: 1,
    },
    {
      when: "the token is revoked under the pass: it stays, and a pass with another token ends it",
      before: ({ addFaults }) => addFaults([patch(refusedToken, { times: "always" })]),
      after: ({ clearFaults }) => clearFaults(),
      first: "active, failed",
      next: "expired",
      writes: 2,
    },
    {
      when: "the clock was set forward, or Slack's is behind: nothing ends before they agree",
      before: () => undefined,
      fast: 60,
      first: "active",
      next: "expired",
      writes: 1,
    },
    {
      when: "the clock was set back, but not enough to be early: nothing ends before they agree",
      before: () => undefined,
      fast: -3,
      first: "active",
      next: "expired",
      writes: 1,
    },
  ] satisfies ReadonlyArray<EndedCase>) {
    it.live(`when ${when}`, () =>
      Effect.gen(function* () {
        const town = yield* world(simulator)
        const entitlement = membership(town.empty)
        const until = startOf2026 + 3_600_000
        const lent = yield* town.later({ _tag: "Lend", entitlement, principal: user(town.joiner), until }, 0)
        assert.strictEqual(lent._tag, "Success")
        const granted = town.patches()
        yield* happen(before, town)
        const passAt = Effect.fnUntraced(function* (
          minutes: number,
          ahead?: number,
        ): Effect.fn.Return<{ readonly lease: string; readonly stopped: FailureKind | undefined }, StoreError> {
          const pass = yield* town.later({ _tag: "Expire" }, minutes, ahead)
          const [lease] = yield* leasesIn(town.place.folder)
          const failed = lease?.lastFailure === undefined ? "" : ", failed"
          return {
            lease: lease?.closedAs ?? `${lease?.state}${failed}`,
            stopped: pass._tag === "Failure" ? kindOf(pass.failure) : undefined,
          }
        })
        assert.deepStrictEqual(yield* passAt(61, fast), { lease: first, stopped })
        yield* happen(after, town)
        assert.deepStrictEqual(yield* passAt(62), { lease: next ?? first, stopped: undefined })
        // It is over, whatever comes, and also where the clock goes back.
        assert.deepStrictEqual(yield* passAt(30), { lease: next ?? first, stopped: undefined })
        assert.strictEqual(town.patches() - granted, writes)
        assert.notInclude(town.membersOf(town.empty), town.joiner)
        const ends = auditIn(town.place.folder).filter(({ intent }) => intent === "expire")
        assert.lengthOf(ends, (next ?? first) === "expired" ? 1 : 0)
      }).pipe(Effect.scoped),
    )
  }
})
