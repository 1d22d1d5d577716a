// One connection of several: its work, as the only one of a worker would do it, again and again however it fails.
import { PollGate } from "@rollcall/c1-tasks"
import type { Tenant } from "@rollcall/connector"
import { CurrentConnection, isFailure, sentenceOf, SyncTurn } from "@rollcall/connector"
import type { OpenConnector } from "@rollcall/host"
import type { LimitAccount } from "@rollcall/resilience"
import { CurrentAccount, LimitStore } from "@rollcall/resilience"
import { Cause, Clock, Effect, Option, References, Schedule } from "effect"
import type { Mode } from "../connection.ts"
import { openConnection, TenantWatch } from "../connection.ts"
import { Readiness } from "../health/Readiness.ts"
import type { TokenOwner } from "../health/tokenOwner.ts"
import { describeFailure } from "../health/tokenOwner.ts"
import { connectionMetrics } from "../metrics/ConnectorMetrics.ts"
import { SyncWatch } from "../metrics/syncMetrics.ts"
import { TaskWatch } from "../metrics/taskMetrics.ts"
import type { ConnectionReports } from "./ConnectionStates.ts"
import type { Servable } from "./servable.ts"
import type { SyncAdmission } from "./SyncAdmission.ts"
import { WorkGate } from "./WorkGate.ts"

/** What a connection shares with the others of its process, and what is told of it. */
export interface Surroundings {
  readonly reports: ConnectionReports
  readonly gate: WorkGate
  readonly admission: SyncAdmission
  readonly limits: LimitStore["Service"]
  readonly isEnding: () => boolean
}

/** The connection works until it is stopped. Where it fails it is begun again later; access for a time ends meanwhile. */
export const serveOne = (
  { connection: { name }, module, config, mode }: Servable,
  { reports, gate, admission, limits, isEnding }: Surroundings,
) => {
  // Until the system has said whose its token is, it shares no limit.
  let account: LimitAccount = { id: `connection ${name}` }
  // Read whenever a line or a span is made, so that they bear the workspace from when it is known.
  const bears: Record<string, string> = { connection: name, connector: module.id }
  const knownAs = ({ id, organisation }: Tenant) => {
    account = { id, organisation }
    bears["workspace"] = id
    return reports.workspaceIs(id)
  }
  return Effect.logInfo(`The connection starts: ${module.displayName}.`).pipe(
    Effect.andThen(openConnection(module, config)),
    Effect.tap(({ owner }) => Effect.forkScoped(Effect.repeat(followToken(owner, reports), Schedule.spaced("1 hour")))),
    Effect.flatMap(({ open }) =>
      againAndAgain(
        Effect.tapCause(mode.work(open), (cause) => failed(cause, reports)),
        (pause) => Effect.raceFirst(Effect.sleep(pause), endMeanwhile(mode, open)),
      ),
    ),
    Effect.scoped,
    Effect.tapCause((cause) => failed(cause, reports)),
    // Without it no access for a time ends either.
    (whole) => againAndAgain(whole, (pause) => Effect.sleep(Math.min(pause, 60_000))),
    Effect.provideService(Readiness, reports.readiness),
    Effect.provideService(SyncWatch, reports),
    Effect.provideService(TaskWatch, reports.task),
    Effect.provideService(WorkGate, gate),
    Effect.provideService(PollGate, gate.opened),
    Effect.provideService(SyncTurn, (sync) =>
      admission.run(name, sync, Effect.logInfo("The sync waits until others have ended.")),
    ),
    Effect.provide(connectionMetrics(module.id, { name, isEnding })),
    Effect.provideService(LimitStore, limits),
    Effect.provideService(CurrentAccount, () => account),
    Effect.provideService(TenantWatch, knownAs),
    Effect.provideService(CurrentConnection, { name, connector: module.id }),
    Effect.provideService(References.CurrentLogAnnotations, bears),
    Effect.provideService(References.TracerSpanAnnotations, bears),
  )
}

/** Ends leases while the rest of a connection waits to be begun again. */
const endMeanwhile = (mode: Mode, open: OpenConnector) =>
  mode.endLeases(open).pipe(
    Effect.catch((error) =>
      Effect.logError(`No access for a time ends before the connection is begun again. ${sentenceOf(error)}`),
    ),
    Effect.andThen(Effect.never),
  )

/** What the system says of the token, between syncs too. */
const followToken = (owner: TokenOwner, { tokenIs }: ConnectionReports) =>
  Effect.flatMap(owner, (exit) => {
    if (exit._tag === "Success") return tokenIs("accepted")
    const error = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
    return tokenIs({ because: describeFailure(exit.cause), isRefused: error?.kind === "refused" })
  })

const failed = (cause: Cause.Cause<unknown>, reports: ConnectionReports) =>
  Cause.hasInterruptsOnly(cause)
    ? Effect.void
    : tellFailure("The connection failed, and is begun again later.", cause, reports)

/** Tells in the log, and in the state of the connection, why it does not work. */
export const tellFailure = Effect.fnUntraced(function* (
  what: string,
  cause: Cause.Cause<unknown>,
  reports: ConnectionReports,
) {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  const sentence = describeFailure(cause)
  yield* reports.failed(sentence)
  yield* Effect.logError(`${what} ${sentence}`)
  if (!isFailure(error)) yield* Effect.logError("The failure in full.", cause)
})

/** The longest pause in milliseconds, and how long a run lasts after which the next pause is the first again. */
const longest = 600_000

/** Begins the work again however it fails: after 1, 2, 4 and 8 minutes, and then every ten. `wait` is given the pause in milliseconds. */
export const againAndAgain = <E, R, R2>(
  work: Effect.Effect<never, E, R>,
  wait: (pause: number) => Effect.Effect<void, never, R2>,
): Effect.Effect<never, never, R | R2> =>
  Effect.gen(function* () {
    let failures = 0
    for (;;) {
      const begun = yield* Clock.currentTimeMillis
      yield* Effect.exit(work)
      failures = (yield* Clock.currentTimeMillis) - begun < longest ? failures + 1 : 1
      yield* wait(Math.min(60_000 * 2 ** (failures - 1), longest))
    }
  })
