// Looks at the workspaces of a drill while it runs: which file is where, what is true, and who makes progress.
import type { RunningC1 } from "@rollcall/c1-simulator"
import type { DatabaseError } from "@rollcall/postgres"
import { Effect } from "effect"
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Row } from "./database.ts"
import { lostTasks } from "./lostTasks.ts"
import type { Publication, TaskRecord } from "./Record.ts"
import { truthOf } from "./truth.ts"
import type { DrilledWorker } from "./workers.ts"
import type { DrilledWorkspace } from "./workspaces.ts"

interface Watched {
  readonly workspaces: ReadonlyArray<DrilledWorkspace>
  /** Where the workers publish. */
  readonly files: string
  readonly rows: Effect.Effect<ReadonlyArray<Row>, DatabaseError>
}

/** What it takes to wait for a workspace, and the past of it. */
interface Course {
  mark: string
  at: number
  readonly progress: Array<number>
  isMissed: boolean
}

/** Watches from now on. */
export const watchWorkspaces = ({ workspaces, files, rows }: Watched) => {
  const truths = new Map(workspaces.map((workspace) => [workspace.name, truthOf(workspace)]))
  const courses = new Map(
    workspaces.map(({ name }): [string, Course] => [name, { mark: "", at: Date.now(), progress: [], isMissed: false }]),
  )
  const replicas = new Map<string, string>()
  const kept = join(files, "..", "kept")
  mkdirSync(kept)
  const silent: Array<string> = []
  /** What each file lacks or has too much, once it was looked at. */
  const seen = new Map<string, string | undefined>()
  let patience = 60
  const lost = lostTasks()

  /** Files are removed when they are two syncs old, so each is compared as soon as it is there. */
  const compareFiles = () => {
    for (const name of readdirSync(files)) {
      const [, connection = "", due = ""] = /^(.+)\.(\d{17})Z\.\d+\.c1z$/u.exec(name) ?? []
      const truth = truths.get(connection)
      if (truth === undefined || seen.has(name)) continue
      try {
        linkSync(join(files, name), join(kept, name))
      } catch {
        continue
      }
      seen.set(name, truth.wrongIn(join(kept, name), millisOf(due)))
    }
  }
  const ofC1 = workspaces.filter(({ c1 }) => c1 !== undefined)
  /** When the upload before was over: a later task goes on with what an earlier one has read. */
  const uploaded = new Map<string, number>()
  let lastLook = Date.now()
  const compareUploads = () => {
    for (const { name, c1 } of ofC1) {
      const fresh = (c1?.tasks() ?? []).flatMap(({ assets }) => assets).filter(({ path }) => !seen.has(path))
      for (const { path } of fresh) seen.set(path, truths.get(name)?.wrongIn(path, uploaded.get(name) ?? 0))
      if (fresh.length > 0) uploaded.set(name, lastLook)
    }
    lastLook = Date.now()
  }
  /** Nothing is asked for, so there is no progress to make. */
  const isIdle = ({ c1 }: DrilledWorkspace) => c1?.tasks().every(({ finishes }) => finishes.length > 0) ?? false
  const finishedOf = ({ c1 }: DrilledWorkspace) => c1?.tasks().filter(({ finishes }) => finishes.length > 0).length ?? 0

  const openOf = (c1: RunningC1) => c1.tasks().filter(({ finishes }) => finishes.length === 0)
  const look = Effect.gen(function* () {
    for (const truth of truths.values()) truth.look()
    compareFiles()
    compareUploads()
    for (const { name, c1 } of ofC1) lost.look(name, c1?.tasks() ?? [], Date.now())
    const found = yield* Effect.orElseSucceed(rows, (): ReadonlyArray<Row> => [])
    const now = Date.now()
    for (const { connection, replica } of found) replicas.set(connection, replica)
    for (const workspace of workspaces) {
      const course = courses.get(workspace.name)
      if (course === undefined) continue
      const row = found.find(({ connection }) => connection === workspace.name)
      const mark = row === undefined ? course.mark : `${row.mark} ${finishedOf(workspace)}`
      if (isIdle(workspace)) course.at = now
      if (mark !== course.mark) {
        Object.assign(course, { mark, at: now, isMissed: false })
        course.progress.push(now)
      } else if (now - course.at > patience * 1000 && !course.isMissed) {
        course.isMissed = true
        silent.push(`${workspace.name}, for ${patience} s until ${new Date(now).toISOString()}`)
      }
    }
  })

  return {
    look,
    /** How long a workspace may make no progress from here on, in seconds. */
    allow: (seconds: number) => {
      patience = seconds
      for (const course of courses.values()) course.at = Date.now()
    },
    /** Whether somebody serves each of them, and has synced it. */
    areServed: () =>
      replicas.size === workspaces.length && [...courses.values()].every(({ progress }) => progress.length > 1),
    /** The connections that this worker serves, by what it calls itself in its log. */
    heldBy: (worker: DrilledWorker | undefined): ReadonlyArray<string> => {
      const names = [...readFileSync(worker?.logFile ?? "", "utf8").matchAll(/This worker is (\S+), and shares/gu)]
      const self = names.at(-1)?.[1]
      return [...replicas].flatMap(([name, replica]) => (replica === self ? [name] : []))
    },
    /** A worker is killed now. */
    killed: () => lost.killed(Date.now()),
    /** Workspaces and ids of tasks that ConductorOne gave again, as the worker that they were on their way to was killed. */
    givenAgain: lost.givenAgain,
    /** Has ConductorOne ask for a sync where it waits for none. */
    giveTasks: Effect.forEach(
      ofC1,
      Effect.fnUntraced(function* ({ c1 }) {
        if (c1 === undefined || openOf(c1).length > 0) return
        yield* Effect.orDie(c1.addTasks([{ syncFull: {} }]))
      }),
      { discard: true },
    ),
    /** Has it give again what was lost on its way. */
    giveAgain: Effect.forEach(
      ofC1,
      Effect.fnUntraced(function* ({ name, c1 }) {
        const tasks = c1 === undefined ? [] : lost.take(name, c1.tasks(), Date.now())
        if (c1 === undefined || tasks.length === 0) return
        yield* Effect.orDie(c1.addTasks(tasks.map(({ id }) => ({ id, syncFull: {} }))))
      }),
      { discard: true },
    ),
    /** Workspaces that have published nothing since then, or whose task is not over. */
    behind: (publications: ReadonlyArray<Publication>, since: number): ReadonlyArray<string> =>
      workspaces
        .filter(({ name, c1 }) =>
          c1 === undefined
            ? !publications.some(({ connection, due }) => connection === name && due > since)
            : c1.tasks().some(({ finishes }) => finishes.length === 0),
        )
        .map(({ name }) => name),
    /** What is wrong with what was published, and with what the plain names show. */
    compare: (publications: ReadonlyArray<Publication>) =>
      Effect.sync(() => {
        const published = publications.filter(({ file }) => seen.has(file))
        const uploads = [...seen.keys()].filter((path) => path.startsWith("/"))
        const wrong = [...published.map(({ file }) => file), ...uploads].flatMap((file) => {
          const what = seen.get(file)
          return what === undefined ? [] : [`${file}: ${what}`]
        })
        const newest = new Map(publications.map(({ connection, file }) => [connection, file]))
        const wrongNames = [...newest].filter(([name, file]) => !isSame(join(files, `${name}.c1z`), join(files, file)))
        return {
          compared: published.length,
          untrue: wrong,
          wrongNames: wrongNames.map(([name, file]) => `${name} instead of ${file}`),
        }
      }),
    tasks: () =>
      ofC1.flatMap(({ name, c1 }) =>
        (c1?.tasks() ?? []).map(({ id, finishes }): TaskRecord => ({ id: `${name} ${id}`, finishes: finishes.length })),
      ),
    silent: () => silent,
    progress: () => new Map([...courses].map(([name, { progress }]) => [name, progress])),
  }
}

const isSame = (one: string, other: string): boolean =>
  existsSync(one) && existsSync(other) && readFileSync(one).equals(readFileSync(other))

/** `20261130080000000`, of the name of a file, in milliseconds since the epoch. */
const millisOf = (due: string): number =>
  Date.parse(due.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/u, "$1-$2-$3T$4:$5:$6.$7Z"))
