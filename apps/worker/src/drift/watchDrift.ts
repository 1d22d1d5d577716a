// After each published sync the desired state is compared with what that sync found: measured, logged and, where a webhook is named,
// notified. Whatever goes wrong here is logged and counted, and never a reason to stop.
import { openAccess } from "@rollcall/access"
import type { Settings } from "@rollcall/config"
import { ConfigError } from "@rollcall/config"
import type { Connector, Failure } from "@rollcall/connector"
import { formatResourceId, sentenceOf } from "@rollcall/connector"
import { readTextFile } from "@rollcall/host/text-file"
import type { EntitlementDrift } from "@rollcall/plan"
import { decodeDesiredState, driftIn, OpenLeases } from "@rollcall/plan"
import { Resilience } from "@rollcall/resilience"
import type { Scope } from "effect"
import { Clock, Effect, Metric, Queue, Result } from "effect"
import type { AfterSync, FollowUpPlaces, PublishedSync } from "../afterSync.ts"
import { ToldDrift } from "../afterSync.ts"
import { ConnectorMetrics } from "../metrics/ConnectorMetrics.ts"
import type { driftFields } from "@rollcall/host/worker-fields"
import type { DriftReport, PersonName } from "./driftMessage.ts"
import { countsOf, mostPeople, reported, slackBody, standardBody } from "./driftMessage.ts"
import { keptInFile, makeNews } from "./driftNews.ts"
import { observeSync } from "@rollcall/host/observe-sync"
import { sendWebhook } from "./webhook.ts"

const people = Metric.gauge("rollcall_drift_people", {
  description:
    "Differences from the desired state at the last comparison, by kind: missing, extra, blocked (cannot be given it).",
})
const entitlements = Metric.gauge("rollcall_drift_entitlements", {
  description: "Entitlements of the desired state at the last comparison, by state: same, differs, unknown, unclear.",
})
const valid = Metric.gauge("rollcall_drift_file_valid", {
  description: "1 if the desired state could be read after the last sync, 0 if not; absent before that.",
})
const comparisons = Metric.counter("rollcall_drift_comparisons_total", {
  description: "Comparisons of published syncs with the desired state, by outcome: success, error.",
  incremental: true,
})
const messages = Metric.counter("rollcall_drift_messages_total", {
  description: "Messages on drift to the webhook, by outcome: success, error.",
  incremental: true,
})

type DriftSettings = Settings<typeof driftFields>

/** Fails where the settings name a file that cannot be read, or a webhook whose messages could not be signed. */
export const checkDriftSettings = Effect.fnUntraced(function* (
  path: string,
  settings: DriftSettings,
): Effect.fn.Return<void, ConfigError> {
  const { "drift-webhook-url": url, "drift-webhook-secret": secret } = settings
  yield* Effect.mapError(
    readTextFile(path, "a desired state"),
    ({ message, hint }) => new ConfigError({ reason: "UnreadableFile", message: `BATON_DRIFT_FILE: ${message}`, hint }),
  )
  if (url !== undefined && secret === undefined && settings["drift-webhook-format"] === "standard") {
    return yield* unsigned
  }
})

const unsigned = new ConfigError({
  reason: "Missing",
  message: "BATON_DRIFT_WEBHOOK_URL is set without BATON_DRIFT_WEBHOOK_SECRET, so nothing would be signed.",
  hint: 'Make a secret with `echo "whsec_$(openssl rand -base64 32)"`, or set BATON_DRIFT_WEBHOOK_FORMAT to slack, whose webhooks check no signature.',
})

/** How a published sync is compared. A webhook is notified beside what comes after, as its receiver may take minutes. */
export const makeDriftWatch = Effect.fnUntraced(function* (
  path: string,
  settings: DriftSettings,
  connector: Pick<Connector, "id" | "resourceTypes" | "provisioning">,
  { toldDrift, tempDirectory }: FollowUpPlaces,
): Effect.fn.Return<AfterSync, never, ConnectorMetrics | Scope.Scope> {
  const { "drift-webhook-url": url, "drift-webhook-secret": secret } = settings
  const { update, declare } = yield* ConnectorMetrics
  yield* declare(comparisons, [{ outcome: "success" }, { outcome: "error" }])
  const news = makeNews((yield* ToldDrift) ?? keptInFile(toldDrift))
  const openLeases = yield* OpenLeases
  const withNames = settings["drift-webhook-names"]
  if (url !== undefined) yield* declare(messages, [{ outcome: "success" }, { outcome: "error" }])

  const desiredState = Effect.flatMap(readTextFile(path, "a desired state"), (text) => decodeDesiredState(path, text))

  const compare = Effect.fnUntraced(function* ({ summary, file }: PublishedSync) {
    const desired = yield* Effect.result(desiredState)
    yield* update(valid, Result.isSuccess(desired) ? 1 : 0)
    if (Result.isFailure(desired)) return yield* Effect.fail(desired.failure)
    const access = yield* openAccess(file, {
      syncId: summary.published.syncId,
      tempDirectory,
      decodedLimit: Number.POSITIVE_INFINITY,
    })
    const leases = yield* openLeases(summary.tenant.id)
    const observed = { ...(yield* observeSync(access, connector)), leases }
    const drifts = yield* driftIn(desired.success, observed)
    const named = withNames ? yield* namesIn(drifts, observed.findPrincipals) : undefined
    return { drifts, names: named }
  }, Effect.scoped)

  const measure = Effect.fnUntraced(function* (drifts: ReadonlyArray<EntitlementDrift>) {
    const counts = countsOf(drifts)
    for (const [kind, count] of Object.entries(counts.people)) yield* update(people, count, { kind })
    for (const [state, count] of Object.entries(counts.states)) yield* update(entitlements, count, { state })
  })

  const tell = Effect.fnUntraced(function* (report: Omit<DriftReport, "what" | "at">) {
    const found = url === undefined ? undefined : yield* news.of(report.tenant.id, report.drifts)
    if (url === undefined || found === undefined) return
    const body = settings["drift-webhook-format"] === "slack" ? slackBody : standardBody
    const message = {
      id: found.id,
      body: body({ ...report, what: found.what, at: yield* Clock.currentTimeMillis }),
    }
    yield* sendWebhook({ url, secret }, message).pipe(
      Effect.provide(Resilience.layer),
      Effect.matchEffect({
        onSuccess: () =>
          Effect.all([
            news.arrived,
            update(messages, 1, { outcome: "success" }),
            Effect.logInfo("The webhook was notified of drift."),
          ]),
        onFailure: (error) =>
          Effect.andThen(
            update(messages, 1, { outcome: "error" }),
            Effect.logWarning(`The webhook was not notified of drift. ${sentenceOf(error)}`),
          ),
      }),
    )
  })

  // One after the other, as each is news by what was notified before it. Of those that wait the newest says all.
  const reports = yield* Queue.sliding<Effect.Effect<void>>(1)
  if (url !== undefined)
    yield* Effect.forkScoped(Effect.forever(Effect.catchDefect(Effect.flatten(Queue.take(reports)), logBug)))

  return (sync) => {
    const { tenant, published } = sync.summary
    return compare(sync).pipe(
      Effect.flatMap(({ drifts, names }) =>
        Effect.all(
          [
            measure(drifts),
            update(comparisons, 1, { outcome: "success" }),
            logDrift(drifts),
            Queue.offer(
              reports,
              tell({ connector: connector.id, tenant, syncId: published.syncId, drifts, names }).pipe(
                Effect.annotateLogs({ syncId: published.syncId }),
              ),
            ),
          ],
          { discard: true },
        ),
      ),
      Effect.catch((error: Failure) =>
        Effect.andThen(
          update(comparisons, 1, { outcome: "error" }),
          Effect.annotateLogs(
            Effect.logError(
              `The sync was not compared with the desired state. ${error.message} ${path} is read again after the next sync.`,
            ),
            { kind: error.kind },
          ),
        ),
      ),
      Effect.annotateLogs({ syncId: published.syncId }),
    )
  }
})

const logBug = (defect: unknown) =>
  Effect.logError("The webhook was not notified of drift because of a bug in Rollcall; please report it.", defect)

/** Names and addresses of those whom a message names. */
const namesIn = Effect.fnUntraced(function* <E>(
  drifts: ReadonlyArray<EntitlementDrift>,
  find: (names: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, object>, E>,
): Effect.fn.Return<ReadonlyMap<string, PersonName>, E> {
  const all = reported(drifts).flatMap(({ missing, extra }) =>
    [missing, extra].flatMap((it) => it.slice(0, mostPeople)),
  )
  const found = yield* find([...new Set(all.map(({ resource }) => resource))])
  return new Map(
    all.map((principal) => {
      const { displayName, address }: { displayName?: string; address?: string } = found.get(principal.resource) ?? {}
      return [formatResourceId(principal), { name: displayName, address }]
    }),
  )
})

/** Entries that a line of the log names. */
const mostLogged = 50

/** One line, with ids and counts; and one for each entry that does not fit. */
const logDrift = Effect.fnUntraced(function* (drifts: ReadonlyArray<EntitlementDrift>) {
  const { people: counts, states } = countsOf(drifts)
  const differing = drifts.filter(({ state }) => state === "differs")
  const ids = (some: EntitlementDrift["missing"]) => some.slice(0, mostLogged).map(formatResourceId)
  const line =
    differing.length === 0
      ? Effect.logInfo(
          states.same === drifts.length ? "No drift: all is as desired." : "No drift in what the sync shows.",
        )
      : Effect.logWarning("Drift: the system differs from the desired state.")
  yield* Effect.annotateLogs(line, {
    ...counts,
    ...states,
    ...(differing.length === 0
      ? {}
      : {
          drift: differing.slice(0, mostLogged).map(({ entitlement, missing, extra }) => ({
            entitlement,
            missing: ids(missing),
            extra: ids(extra),
          })),
        }),
  })
  for (const { entitlement, why } of drifts.filter(({ state }) => state === "unclear").slice(0, mostLogged)) {
    yield* Effect.logError(`The entry ${entitlement} of the desired state cannot be compared: ${why.join("; ")}.`)
  }
  const [unknown] = drifts.filter(({ state }) => state === "unknown")
  if (unknown !== undefined) {
    yield* Effect.logInfo(`${states.unknown} entries were not compared. Of ${unknown.entitlement}: ${unknown.why[0]}.`)
  }
})
