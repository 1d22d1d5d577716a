// What must hold whatever happens to the workers. Each sentence is a way in which it did not.
import type { Fault } from "./faults.ts"
import type { LeaseRecord, Publication, Record } from "./Record.ts"

/** What did not hold; nothing where all did. */
export const judge = (record: Record): ReadonlyArray<string> => [
  ...record.untrue.map((what) => `a file that is not true: ${what}`),
  ...record.wrongNames.map((what) => `a plain name that is not the newest file: ${what}`),
  ...wrongPublications(record.publications),
  ...record.tasks
    .filter(({ finishes }) => finishes > 1)
    .map(({ id, finishes }) => `a task of ConductorOne that was finished ${finishes} times: ${id}`),
  ...record.leases
    .filter((lease) => lease.state !== "expired" || !isToldOnce(lease, record.faults))
    .map(({ id, state, lines }) => `a lease that is ${state}, with ${lines.length} lines of its end: ${id}`),
  ...tooManyCalls(record),
  ...record.silent.map((what) => `a workspace without progress: ${what}`),
  ...record.unsettled.map((what) => `not over in time after the last fault: ${what}`),
  ...record.bugs.map((line) => `a bug in a log: ${line}`),
  ...nothingProved(record),
]

/** One for each slot, in the order of slots and turns. */
const wrongPublications = (all: ReadonlyArray<Publication>): ReadonlyArray<string> =>
  [...Map.groupBy(all, ({ connection }) => connection).values()].flatMap((own) =>
    own.flatMap((one, at) => {
      const before = own[at - 1]
      if (before === undefined) return []
      if (before.due === one.due) return [`a slot that was published twice: ${before.file} and ${one.file}`]
      return before.due > one.due || before.epoch > one.epoch
        ? [`a publication after a newer one: ${one.file} after ${before.file}`]
        : []
    }),
  )

/**
 * A line is written before the lease is closed. Only of a worker that is lost right between the two the successor does not know, and writes
 * the line once more.
 */
const isToldOnce = ({ lines }: LeaseRecord, faults: ReadonlyArray<Fault>): boolean =>
  lines.length > 0 &&
  new Set(lines.map(({ worker }) => worker)).size === lines.length &&
  lines
    .toSorted((a, b) => a.at - b.at)
    .slice(0, -1)
    .every((line) => faults.some((fault) => isLostTo(fault, line.worker) && Math.abs(fault.at - line.at) < 1))

const isLostTo = ({ kind, target }: Fault, worker: number): boolean =>
  kind === "database restarted" || (target === worker && !kind.startsWith("Slack"))

/** A call that a worker was about to make when it was stopped arrives when it is woken; no other may come too early. */
const tooManyCalls = ({ throttled, faults }: Record): ReadonlyArray<string> => {
  const calls = throttled.reduce((sum, [, count]) => sum + count, 0)
  const stops = faults.filter(({ kind }) => kind === "worker stopped and woken").length
  const where = throttled.filter(([, count]) => count > 0).map(([name, count]) => `${count} of ${name}`)
  return calls > stops
    ? [`${calls} calls beyond the limits of Slack, and ${stops} workers were stopped: ${where.join(", ")}`]
    : []
}

/** A drill in which nothing was published proves nothing. */
const nothingProved = ({ workspaces, publications, tasks, compared }: Record): ReadonlyArray<string> => {
  const seen = new Set(publications.map(({ connection }) => connection))
  const silent = workspaces.filter((name) => !seen.has(name) && !name.endsWith("-c1"))
  return [
    ...silent.map((name) => `nothing was published of ${name}`),
    ...(compared < publications.length ? [`only ${compared} of ${publications.length} files were compared`] : []),
    ...(workspaces.some((name) => name.endsWith("-c1")) && tasks.length === 0 ? ["no task was given"] : []),
  ]
}
