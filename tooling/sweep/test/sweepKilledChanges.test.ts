// Changes that are killed at every step: a process of its own does the job over real HTTP and real files, and is killed before one of its
// calls or durable writes. Then the job is done again, and all that was seen and kept is judged.
import { spawn } from "node:child_process"
import { rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "@effect/vitest"
import type { AuditEntry } from "@rollcall/connector"
import { makePlan, type DesiredChange } from "@rollcall/plan"
import { startSimulator, type StateEntry } from "@rollcall/slack-simulator"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { patientClock } from "@rollcall/test-kit/virtual-time"
import { Clock, Effect } from "effect"
import { auditIn, connectorAt, doJob, type Job, journalIn, leasesIn, type Place } from "../src/changeJobs.ts"
import type { KilledJob } from "./killedJob.ts"

const size = { plan: "business-plus", users: 30, idpGroups: 4, rateLimits: "off", activeDelayMillis: 0 } as const

/** A fresh workspace, the same each time, and an empty folder. */
const freshPlace = Effect.gen(function* () {
  const slack = yield* startSimulator(size)
  const place: Place = { slack, fetch, folder: yield* scratchFolder("killed") }
  const writes = () => (slack.calls()["scim.groups.patch"] ?? 0) + (slack.calls()["scim.users.delete"] ?? 0)
  return { place, writes, state: () => [...slack.state()] }
})

/** Each process takes a third of the time where another has compiled the modules. */
const compileCache = join(tmpdir(), `rollcall-killed-${process.pid}`)
afterAll(() => rmSync(compileCache, { recursive: true, force: true }))

/** The process, from its start to its end. */
const run = ({ job, place, killAt, ahead }: Omit<KilledJob, "place"> & { readonly place: Place }) =>
  Effect.promise(async () => {
    const { webApiUrl, scimUrl, botToken, userToken } = place.slack
    const given: KilledJob = {
      job,
      place: { slack: { webApiUrl, scimUrl, botToken, userToken }, folder: place.folder },
      killAt,
      ahead,
    }
    const program = fileURLToPath(new URL("killedJob.ts", import.meta.url))
    const child = spawn(process.execPath, [program, JSON.stringify(given)], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    })
    let told = ""
    child.stdout.on("data", (chunk) => (told += String(chunk)))
    const signal = await new Promise((resolve) => child.once("close", (_, by) => resolve(by)))
    assert.strictEqual(signal, killAt === undefined ? null : "SIGKILL")
    return told.trim().split("\n")
  })

const groupsIn = (state: ReadonlyArray<StateEntry>) => state.flatMap((entry) => ("group" in entry ? [entry] : []))
const membership = (group = "") => {
  const resource = { resourceType: "group", resource: group }
  return { id: `group:${group}:member`, resource, slug: "member" }
}
const user = (resource = "") => ({ resourceType: "user", resource })

/** Full members who are active, and not in the first group. */
const outsiders = Effect.gen(function* () {
  const slack = yield* startSimulator(size)
  const holds = /^workspaceRole:[^:]+:member:assigned:user:(?<user>.+)$/u
  const state = [...slack.state()]
  const active = new Set(state.flatMap((entry) => ("account" in entry && entry.active ? [entry.account] : [])))
  return [...slack.expected()]
    .flatMap(({ id }) => holds.exec(id)?.groups?.["user"] ?? [])
    .filter((who) => active.has(who) && groupsIn(state)[0]?.members.includes(who) === false)
}).pipe(Effect.scoped)

/** What is wrong with a log: each write has a line before it and one after, but where the process was killed before it had begun. */
const wrongLines = (entries: ReadonlyArray<AuditEntry>, begunAndKept: ReadonlySet<string>): ReadonlyArray<string> =>
  [...Map.groupBy(entries, ({ requestId }) => requestId)].flatMap(([id, lines]) => {
    const [first] = lines
    const last = lines.at(-1)
    if (first?.intent === "expire" || first?.intent === "close")
      return lines.length === 1 ? [] : [`${id}: ${lines.length} ends`]
    if (first?.outcome !== "begun") return [`${id}: the first line is ${first?.outcome}`]
    return last?.outcome === "begun" && begunAndKept.has(id) ? [`${id}: no line after it`] : []
  })

/** Reads change nothing: killed before one or the next of them, a process leaves the same. */
const isRead = (name: string) => name.startsWith("GET ") || name.startsWith("POST /api/")

/** Does it for each step that finds something changed since the one before, and for the first. */
const atEachStep = (
  names: ReadonlyArray<string>,
  judge: (killAt: number) => Effect.Effect<ReadonlyArray<string>, unknown>,
) =>
  Effect.map(
    Effect.forEach(
      names.flatMap((name, at) => (at === 0 || !isRead(names[at - 1] ?? "") ? [[at, name] as const] : [])),
      ([at, name]) =>
        Effect.map(judge(at), (wrong) => wrong.map((what) => `killed before step ${at}, ${name}: ${what}`)),
      { concurrency: availableParallelism() },
    ),
    (all) => all.flat(),
  )

describe("a process that is killed before any of its calls and durable writes", () => {
  it.live("goes on where it was when it applies a plan: nothing is done twice, nothing is lost, the log is whole", () =>
    Effect.gen(function* () {
      const [joiner, leaver] = yield* outsiders
      const { place, state, writes } = yield* freshPlace
      const [group] = groupsIn(state())
      const desiredChanges: ReadonlyArray<DesiredChange> = [
        { _tag: "Change", intent: "grant", entitlement: membership(group?.group), principal: user(joiner) },
        { _tag: "Change", intent: "revoke", entitlement: membership(group?.group), principal: user(group?.members[0]) },
        { _tag: "Action", action: "disable_user", values: { user_id: leaver ?? "" }, principal: user(leaver) },
      ]
      const { plan } = yield* makePlan(yield* connectorAt(place), { desiredChanges }).pipe(
        Effect.provideService(Clock.Clock, patientClock()),
      )
      assert.lengthOf(plan.changes, 3)
      const job = { _tag: "Apply", plan } as const
      const steps = yield* run({ job, place, ahead: 0 })
      const [wanted, sent] = [state(), writes()]
      assert.strictEqual(sent, 3)

      const wrong = yield* atEachStep(steps, (killAt) =>
        Effect.gen(function* () {
          const killed = yield* freshPlace
          yield* run({ job, place: killed.place, killAt, ahead: 0 })
          const applied = yield* doJob(job, killed.place, patientClock())
          const outcomes = "results" in applied ? applied.results.map(({ outcome }) => outcome) : []
          const journal = yield* journalIn(killed.place.folder, plan.id)
          const kept = new Set(journal.map(({ requestId }) => requestId))
          return [
            ...outcomes.filter((outcome) => outcome !== "changed" && outcome !== "before"),
            ...(killed.writes() === sent ? [] : [`${killed.writes()} writes`]),
            ...(JSON.stringify(killed.state()) === JSON.stringify(wanted) ? [] : ["another state"]),
            ...wrongLines(auditIn(killed.place.folder), kept),
            ...journal.filter(({ outcome }) => outcome === "begun").map(({ requestId }) => `${requestId} is begun`),
          ]
        }).pipe(Effect.scoped),
      )
      assert.deepStrictEqual(wrong, [])
    }).pipe(Effect.scoped),
  )

  it.live("leaves no access without an end when it grants for a time, and ends it once when it ends access", () =>
    Effect.gen(function* () {
      const [joiner] = yield* outsiders
      const { place, state, writes } = yield* freshPlace
      const [group] = groupsIn(state())
      const hour = 3_600_000
      const before = JSON.stringify(state())
      const lend: Job = {
        _tag: "Lend",
        entitlement: membership(group?.group),
        principal: user(joiner),
        until: 1_800_000_000_000 + hour,
      }
      const expire: Job = { _tag: "Expire" }
      const granting = yield* run({ job: lend, place, ahead: 0 })
      const ending = yield* run({ job: expire, place, ahead: 2 * hour })
      assert.deepStrictEqual([JSON.stringify(state()), writes()], [before, 2])

      const judge = Effect.fnUntraced(function* (job: Job, killAt: number, ahead: number) {
        const killed = yield* freshPlace
        if (job !== lend) yield* doJob(lend, killed.place, patientClock())
        yield* run({ job, place: killed.place, killAt, ahead })
        yield* doJob(expire, killed.place, patientClock(2 * hour))
        const leases = yield* leasesIn(killed.place.folder)
        const entries = auditIn(killed.place.folder)
        const told = entries.filter(({ intent }) => intent === "expire").length
        const [closedAs] = leases.map((lease) => lease.closedAs)
        return [
          ...(JSON.stringify(killed.state()) === before ? [] : ["another state"]),
          // A grant that was not sent is not ended.
          ...(killed.writes() === (closedAs === "expired" ? 2 : 0) ? [] : [`${killed.writes()} writes`]),
          ...(leases.length <= 1 && [undefined, "expired", "not granted"].includes(closedAs) ? [] : [String(closedAs)]),
          ...(told === (closedAs === "expired" ? 1 : 0) ? [] : [`${told} ends in the log`]),
          ...wrongLines(entries, new Set()),
        ]
      }, Effect.scoped)
      const wrong = [
        ...(yield* atEachStep(granting, (killAt) => judge(lend, killAt, 0))),
        ...(yield* atEachStep(ending, (killAt) => judge(expire, killAt, 2 * hour))),
      ]
      assert.deepStrictEqual(wrong, [])
    }).pipe(Effect.scoped),
  )
})
