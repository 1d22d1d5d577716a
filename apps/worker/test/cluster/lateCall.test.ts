// A worker that stands still between the question whether its turn is over and a call, while another one takes the connection over. The one
// call that is let through cannot be prevented: it does no harm, and nothing follows it.
import { assert, describe, it } from "@effect/vitest"
import { WriteFence } from "@rollcall/api-client"
import { C1Credentials, C1Fence, C1Service } from "@rollcall/c1-client"
import { startC1 } from "@rollcall/c1-simulator"
import { TasksInHand } from "@rollcall/c1-tasks"
import type { AuditEntry } from "@rollcall/connector"
import { AuditLog } from "@rollcall/connector"
import { findModules, openModule } from "@rollcall/host"
import { ClockSkew, endLeases, LeaseStore } from "@rollcall/plan"
import type { Turn } from "@rollcall/postgres"
import { databaseLayer, Runs } from "@rollcall/postgres"
import { startSimulator } from "@rollcall/slack-simulator"
import { hasPostgres, sharedPostgres } from "@rollcall/test-kit/postgres"
import { Context, Effect, Layer, Redacted } from "effect"
import { getCACertificates, setDefaultCACertificates } from "node:tls"
import { c1InTurn } from "../../src/cluster/c1InTurn.ts"
import { storesInTurn } from "../../src/cluster/storesInTurn.ts"
import { writesInTurn } from "../../src/cluster/writesInTurn.ts"

/** A database, and the turns with a connection in it. */
const turns = Effect.gen(function* () {
  const { freshDatabase } = yield* sharedPostgres
  const database = databaseLayer({ url: yield* freshDatabase })
  const services = yield* Layer.build(Layer.provideMerge(Runs.layer, database))
  const takeOver = (replica: string) => Context.get(services, Runs).takeOver("sales", replica)
  return { services, takeOver }
})

/** Something that happens once, when it is first asked for. */
const once = (work: Effect.Effect<unknown, unknown>) => {
  let isOver = false
  return Effect.suspend(() => {
    if (isOver) return Effect.void
    isOver = true
    return Effect.asVoid(Effect.orDie(work))
  })
}

/** A workspace with a lease that is over, and passes over it in the turns of workers. */
const lease = Effect.gen(function* () {
  const { services, takeOver } = yield* turns
  const slack = yield* startSimulator({
    plan: "business-plus",
    users: 60,
    idpGroups: 3,
    rateLimits: "off",
    activeDelayMillis: 0,
  })
  const { all } = yield* findModules({ flags: {}, environment: {} })
  const module = all.find(({ id }) => id === "slack-business-plus") ?? assert.fail("There is no such connector.")
  const { connector } = yield* openModule(module, {
    token: Effect.succeed(Redacted.make(slack.botToken)),
    "business-plus-token": Effect.succeed(Redacted.make(slack.userToken)),
    "base-url": slack.webApiUrl,
    "scim-base-url": slack.scimUrl,
    "rate-limits": "off",
    "scim-budget-share": 1,
    "allow-short-lists": false,
    "gov-env": false,
  })
  const membersNow = () =>
    [...slack.state()].flatMap((entry) => ("group" in entry && entry.members.length > 3 ? [entry] : []))[0] ??
    assert.fail("No group has members.")
  const { group, members } = membersNow()
  const [who = ""] = members
  const resource = { resourceType: "group", resource: group }
  const lent = {
    id: "lease-0",
    connector: "slack-business-plus",
    tenant: slack.teamId,
    entitlement: { id: `group:${group}:member`, resource, slug: "member" },
    principal: { resourceType: "user", resource: who },
    begunAt: new Date(Date.now() - 7_200_000).toISOString(),
    endsAt: new Date(Date.now() - 1000).toISOString(),
    state: "active",
  } as const
  /**
   * A pass in a turn. `meanwhile` happens once the call is `decided`, right after the store has taken the lease as `ending`; or once it is
   * `asked` for it whether the turn is over, which is the last that is done before the call.
   */
  const passIn = (
    turn: Turn,
    entries: Array<AuditEntry>,
    at: "decided" | "asked" = "asked",
    meanwhile: Effect.Effect<unknown, unknown> = Effect.void,
  ) =>
    Effect.gen(function* () {
      const store = yield* LeaseStore
      const late = once(meanwhile)
      const fence = yield* Effect.provideContext(writesInTurn(turn), services)
      const slowed = LeaseStore.of({
        ...store,
        // The database ended the session of a worker that stands still, and its lock with it.
        alone: (_tenant, work) => work,
        put: (one) =>
          Effect.tap(store.put(one), () => (one.state === "ending" && at === "decided" ? late : Effect.void)),
      })
      return yield* endLeases(connector).pipe(
        Effect.provideService(LeaseStore, slowed),
        Effect.provideService(WriteFence, at === "asked" ? Effect.andThen(fence, late) : fence),
      )
    }).pipe(
      Effect.provide(storesInTurn(turn, services)),
      Effect.provideService(ClockSkew, Effect.succeed(0)),
      Effect.provideService(AuditLog, { append: (entry) => Effect.sync(() => void entries.push(entry)) }),
    )
  const inStore = (turn: Turn) =>
    Effect.provide(
      LeaseStore.use(({ all: leases }) => leases),
      storesInTurn(turn, services),
    )
  const put = (turn: Turn) =>
    Effect.provide(
      LeaseStore.use((store) => store.put(lent)),
      storesInTurn(turn, services),
    )
  const others = members.filter((one) => one !== who)
  const patches = () => slack.calls()["scim.groups.patch"] ?? 0
  return { takeOver, passIn, inStore, put, membersNow, others, patches }
})

/** A ConductorOne, and what talks to it in the turns of workers. */
const service = Effect.gen(function* () {
  const { services, takeOver } = yield* turns
  const c1 = yield* startC1()
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      const before = getCACertificates("default")
      setDefaultCACertificates([c1.ca])
      return before
    }),
    (before) => Effect.sync(() => setDefaultCACertificates(before)),
  )
  const credentials = C1Credentials.layer({
    clientId: c1.clientId,
    clientSecret: Effect.succeed(Redacted.make(c1.clientSecret)),
    program: "rollcall/0.0.0",
  })
  /** The service and the tasks in hand in a turn; `meanwhile` happens each time right after it was asked, for a call, whether the turn is over. */
  const inTurn = Effect.fnUntraced(function* (turn: Turn, hostId: string, meanwhile: Effect.Effect<unknown, unknown>) {
    const given = yield* Effect.provideContext(c1InTurn(turn), services)
    const fence = Effect.andThen(Context.get(given, C1Fence), Effect.orDie(meanwhile))
    const layer = Layer.fresh(Layer.provide(C1Service.layer({ hostId }), credentials))
    const built = yield* Effect.provideService(Layer.build(layer), C1Fence, fence)
    return { calls: Context.get(built, C1Service), inHand: Context.get(given, TasksInHand) }
  })
  return { c1, takeOver, inTurn }
})

const lost = {
  status: { code: 14, message: "The worker that had this task was lost; ask again." },
  finalState: { case: "error", value: { nonRetryable: false } },
} as const

const saidOf = (entries: ReadonlyArray<AuditEntry>) => entries.map(({ intent, outcome }) => `${intent} ${outcome}`)

describe.skipIf(!hasPostgres)("a worker whose turn ends between the question and the call", () => {
  it.live("removes from Slack what it was about to, and leaves the end to the other one, who tells of it once", () =>
    Effect.gen(function* () {
      const { takeOver, passIn, inStore, put, membersNow, others, patches } = yield* lease
      const [first, second] = [new Array<AuditEntry>(), new Array<AuditEntry>()]
      const turn = yield* takeOver("one")
      yield* put(turn)
      const error = yield* Effect.flip(passIn(turn, first, "asked", takeOver("two")))
      assert.include(error.message, "Another worker has taken over the connection sales.")
      assert.deepStrictEqual(saidOf(first), ["revoke begun", "revoke changed"])
      assert.deepStrictEqual([membersNow().members, patches()], [others, 1])
      // Nothing follows the one call.
      yield* Effect.flip(passIn(turn, first))
      assert.deepStrictEqual([saidOf(first).length, patches()], [2, 1])
      const next = yield* takeOver("three")
      yield* passIn(next, second)
      assert.deepStrictEqual(saidOf(second), ["expire changed"])
      assert.deepStrictEqual([membersNow().members, patches()], [others, 1])
      assert.deepStrictEqual(
        (yield* inStore(next)).map(({ closedAs }) => closedAs),
        ["expired"],
      )
    }).pipe(Effect.scoped),
  )

  it.live("removes nothing from Slack where it ends before the question, and the other one does", () =>
    Effect.gen(function* () {
      const { takeOver, passIn, inStore, put, membersNow, others, patches } = yield* lease
      const [first, second] = [new Array<AuditEntry>(), new Array<AuditEntry>()]
      const turn = yield* takeOver("one")
      yield* put(turn)
      const before = membersNow().members
      const error = yield* Effect.flip(passIn(turn, first, "decided", takeOver("two")))
      assert.include(error.message, "Another worker has taken over the connection sales.")
      assert.deepStrictEqual([membersNow().members, patches()], [before, 0])
      // It is known that nothing was sent, so nothing is left unknown.
      assert.deepStrictEqual(saidOf(first), ["revoke begun", "revoke failed"])
      const next = yield* takeOver("three")
      yield* passIn(next, second)
      assert.deepStrictEqual(saidOf(second), ["revoke begun", "revoke changed", "expire changed"])
      assert.deepStrictEqual([membersNow().members, patches()], [others, 1])
      assert.deepStrictEqual(
        (yield* inStore(next)).map(({ closedAs }) => closedAs),
        ["expired"],
      )
    }).pipe(Effect.scoped),
  )

  it.live("ends a task of ConductorOne a second time, which changes nothing, and makes no further call", () =>
    Effect.gen(function* () {
      const { c1, takeOver, inTurn } = yield* service
      const [id = ""] = yield* c1.addTasks([{ syncFull: {} }])
      const turn = yield* takeOver("one")
      const successor = Effect.gen(function* () {
        const { calls, inHand } = yield* inTurn(yield* takeOver("two"), "two", Effect.void)
        assert.deepStrictEqual(yield* inHand.left, [{ id, kind: "syncFull" }])
        yield* calls.finishTask(id, lost)
        yield* inHand.ended(id)
      })
      const takenOver = Effect.scoped(successor)
      const taken = yield* inTurn(turn, "one", Effect.void)
      yield* taken.calls.getTask
      assert.isTrue(yield* taken.inHand.received({ id, kind: "syncFull" }))
      let late: Effect.Effect<unknown, unknown> = Effect.void
      const meanwhile = Effect.suspend(() => late)
      const { calls } = yield* inTurn(turn, "one", meanwhile)
      // Its connection is open, so that nothing is left to wait for.
      yield* calls.heartbeat(id)
      late = once(takenOver)
      yield* calls.finishTask(id, { finalState: { case: "success", value: {} } })
      const { finishes = [], outcome } = c1.task(id) ?? {}
      assert.deepStrictEqual(
        finishes.map(({ finalState }) => finalState.case),
        ["error", "success"],
      )
      // What ConductorOne itself makes of the second one is not published; the simulated one keeps to the first.
      assert.strictEqual(outcome?.finalState.case, "error")
      const before = c1.captured().length
      const asked = [
        Effect.asVoid(calls.getTask),
        Effect.asVoid(calls.heartbeat(id)),
        Effect.asVoid(taken.calls.getTask),
      ]
      for (const call of asked) {
        assert.include((yield* Effect.flip(call)).message, "Another worker has taken over the connection sales.")
      }
      assert.lengthOf(c1.captured(), before)
    }).pipe(Effect.scoped),
  )

  it.live("ends no task of ConductorOne where it ends while the call waits for its connection", () =>
    Effect.gen(function* () {
      const { c1, takeOver, inTurn } = yield* service
      const [id = ""] = yield* c1.addTasks([{ syncFull: {} }])
      const turn = yield* takeOver("one")
      const { calls: before } = yield* inTurn(turn, "one", Effect.void)
      yield* before.getTask
      const { calls } = yield* inTurn(turn, "one", once(takeOver("two")))
      const error = yield* Effect.flip(calls.finishTask(id, { finalState: { case: "success", value: {} } }))
      assert.strictEqual(error.reason, "Superseded")
      assert.deepStrictEqual(c1.task(id)?.finishes, [])
    }).pipe(Effect.scoped),
  )
})
