// What ConductorOne's answers say of the access that it granted for a time: whether it could have revoked it, and whether it has asked for
// anything else since. By that alone the backstop may remove it (`BATON_C1_LEASES`).
import type { C1Event } from "@rollcall/c1-tasks"
import type { Connector, Failure } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import type { Reached } from "@rollcall/plan"
import { LeaseStore } from "@rollcall/plan"
import { Clock, Effect } from "effect"

/** Milliseconds without an answer after which it counts as out of reach: polls are five minutes apart at most. */
const longestSilence = 600_000

/** Milliseconds after which an answer is written down again: polls may follow each other at once. */
const writtenEvery = 60_000

/** Follows the events of the task loop. */
export const followC1 = Effect.fnUntraced(function* ({ identify }: Pick<Connector, "identify">) {
  const store = yield* LeaseStore
  let reached = yield* store.lastReached.pipe(Effect.catch((error) => Effect.as(logged(error), undefined)))
  let written = Number.NEGATIVE_INFINITY
  /** When it last had nothing to do for us. */
  let idleAt = Number.NEGATIVE_INFINITY

  const answered = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    reached = { since: isUnbroken(reached, now) ? reached.since : now, last: now }
    if (Math.abs(now - written) < writtenEvery) return
    written = now
    yield* store.reached(reached)
  })

  /** What it asks of a pair, whatever comes of it, tells that it knows of the access. */
  const noteTask = Effect.fnUntraced(function* (taskId: string, { entitlement, principal }: ChangeReceived["change"]) {
    const tenant = yield* identify
    const lease = yield* store.openOf({ tenant: tenant.id, entitlement, principal })
    if (lease?.kind !== "c1" || lease.id === taskId) return
    yield* store.put({ ...lease, laterTaskAt: new Date(yield* Clock.currentTimeMillis).toISOString() })
  })

  const follow = Effect.fnUntraced(
    function* (event: C1Event) {
      if (event._tag === "ChangeReceived") return yield* noteTask(event.taskId, event.change)
      if (!answers.has(event._tag)) return
      if (event._tag === "Polled" && event.tasks === 0) idleAt = yield* Clock.currentTimeMillis
      yield* answered
    },
    Effect.catch((error: Failure) => logged(error)),
  )

  /** Since when it has been reachable; nothing where it is not, or has not yet said that it has no task for us. */
  const reachableSince = Effect.map(Clock.currentTimeMillis, (now) =>
    Math.abs(now - idleAt) <= longestSilence && isUnbroken(reached, now) ? reached.since : undefined,
  )
  return { follow, reachableSince }
})

type ChangeReceived = Extract<C1Event, { readonly _tag: "ChangeReceived" }>

const answers: ReadonlySet<C1Event["_tag"]> = new Set(["Polled", "HeartbeatSent", "TaskFinished", "UploadFinished"])

const isUnbroken = (reached: Reached | undefined, now: number): reached is Reached =>
  reached !== undefined && now >= reached.last && now - reached.last <= longestSilence

const logged = (error: Failure) =>
  Effect.logError(`What ConductorOne says of access for a time could not be kept. ${sentenceOf(error)}`)
