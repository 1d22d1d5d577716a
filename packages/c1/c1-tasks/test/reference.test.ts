// The proof against data that no one here wrote: what the Go connector told C1 of a small Business+ workspace, task by
// task. Ours tells the same, value by value, but for what `onPurpose` names.
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { type Captured, type ScriptedTask, SimulatedC1 } from "@rollcall/c1-simulator"
import { missingValues, oracleWorkspaceFile } from "@rollcall/test-kit/oracle"
import { readWorkspaceFile } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { inC1, startLoop, wallClock } from "./running.ts"
import { startSlack } from "./slack.ts"

const file = fileURLToPath(new URL("../../../../../shared/fixtures/c1-service/reference.ndjson", import.meta.url))

type Recorded = Captured & { readonly given?: ScriptedTask }

const recorded = (): ReadonlyArray<Recorded> =>
  readFileSync(file, "utf8")
    .trimEnd()
    .split("\n")
    .map((line): Recorded => JSON.parse(line))

const taskIdOf = ({ message }: Captured) => String(Reflect.get(Object(message), "taskId") ?? "")

/** The last digits of a task's id, as they count them. */
const short = (taskId: string) => taskId.replace(/^3Task0*(?=\d)/u, " #")

/** What ours leaves out or says otherwise, and why. The paths are those of their values. */
const onPurpose: ReadonlyArray<readonly [why: string, path: RegExp]> = [
  ["it is a token of another client, at another time", /^token/u],
  ["host, machine and program are our own", /\.(?:hostId|buildInfo\.\w+|osInfo\.\w+)$/u],
  [
    "the connector has a name of its own, and no description",
    /^Hello.*\.connectorMetadata\.(?:displayName|description)$/u,
  ],
  ["accounts cannot be created, so there is no form for them", /^Hello.*\.accountCreationSchema$/u],
  ["an error's message is a sentence that says what to do", /\.status\.message$/u],
  ["an invocation has an id of its own", /^FinishTask #1[12]\.message\.success\.response\.id$/u],
  [
    "a principal of a type that holds nothing is refused with PermissionDenied, not Unknown",
    /^FinishTask #6.*\.code$/u,
  ],
  ["what no connector can do is Unimplemented, however its payload looks", /^FinishTask #2[34].*\.code$/u],
  [
    "single resources are not synced: no heartbeat, no upload, no success",
    /^(?:\w+ #28$|FinishTask #28\.message\.success$)/u,
  ],
]

/**
 * The same with lists as records by what names their members, as their order says nothing. Left out is what theirs say of
 * an upload in words, and their descriptions of a rate limit that they do not know: ours tells of one that it knows.
 */
const comparable = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    const members = value.filter((member) => nameOf(member) !== "RateLimitDescription")
    if (members.some((member) => nameOf(member) === undefined)) return members.map(comparable)
    return Object.fromEntries(members.map((member) => [nameOf(member), comparable(member)]))
  }
  if (typeof value !== "object" || value === null) return value
  const told = Object.entries(value)
    .filter(([key]) => !["bytes", "pieces", "checksumOk"].includes(key))
    .map(([key, member]) => [key, comparable(member)] as const)
    .filter(([, member]) => !(isObject(member) && Object.keys(member).length === 0))
  return Object.fromEntries(told)
}

const isText = (value: unknown): value is string => typeof value === "string"

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

const nameOf = (member: unknown): string | undefined => {
  if (!isObject(member)) return undefined
  const type = Reflect.get(member, "resourceType")
  const told = ["@type", "permission", "name"].map((key): unknown => Reflect.get(member, key)).find(isText)
  const named = told ?? (isObject(type) ? Reflect.get(type, "id") : undefined)
  return isText(named) ? named.replace("type.googleapis.com/c1.connector.v2.", "") : undefined
}

const play = Effect.gen(function* () {
  const workspace = yield* readWorkspaceFile(oracleWorkspaceFile)
  const { connector } = yield* startSlack({ workspace })
  const c1 = yield* SimulatedC1
  yield* startLoop(connector, { concurrency: 1 })
  const given = recorded().flatMap(({ given: task }) => (task === undefined ? [] : [task]))
  for (const task of given) {
    const [id = ""] = yield* c1.addTasks([task])
    if ("hello" in task) yield* c1.until(() => (c1.task(id)?.hellos.length ?? 0) > 0)
    else if (!("none" in task)) yield* c1.untilFinished(id)
  }
  return c1
})

/** Every value of theirs that ours has not, by path. */
const differences = (ours: ReadonlyArray<Captured>): ReadonlyArray<string> =>
  recorded()
    .filter(({ call }) => call !== "GetTask")
    .flatMap((theirs) => {
      const taskId = taskIdOf(theirs)
      const mine = ours.find((call) => call.call === theirs.call && taskIdOf(call) === taskId)
      return missingValues(comparable(theirs), comparable(mine), `${theirs.call}${short(taskId)}`)
    })

describe.skipIf(!existsSync(file))("the messages of a whole day (skipped where the recording is absent)", () => {
  it.live("hold every value that the Go connector's hold, but for those that differ on purpose", () =>
    inC1(
      Effect.gen(function* () {
        const found = differences((yield* play).captured())
        const isOnPurpose = (path: string) => onPurpose.some(([, pattern]) => pattern.test(path))
        assert.deepStrictEqual(
          found.filter((path) => !isOnPurpose(path)),
          [],
        )
        const unused = onPurpose.filter(([, pattern]) => !found.some((path) => pattern.test(path)))
        assert.deepStrictEqual(unused, [])
      }),
      { clock: wallClock },
    ),
  )

  it.live("tell the end of every task once, also of those that the Go connector leaves open", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* play
        const ends = c1
          .tasks()
          .map(({ id, finishes }) => [short(id).trim(), finishes.length, finishes[0]?.status?.code ?? 0])
        const failed = { 6: 7, 7: 12, 10: 5, 13: 2, 14: 2, 15: 5, 16: 5, 18: 12, 19: 2, 20: 2, 21: 2, 22: 12 }
        const refused = { 23: 12, 24: 12, 25: 12, 28: 12 }
        const codes: Readonly<Record<number, number>> = { ...failed, ...refused }
        const unfinished = [0, 29]
        assert.deepStrictEqual(
          ends,
          Array.from({ length: 30 }, (_, n) => [`#${n}`, unfinished.includes(n) ? 0 : 1, codes[n] ?? 0]),
        )
      }),
      { clock: wallClock },
    ),
  )

  it.live("bring whole files in pieces of 512 KiB, the last one shorter", () =>
    inC1(
      Effect.gen(function* () {
        const c1 = yield* play
        const uploads = c1.captured().filter(({ call }) => call === "UploadAsset")
        assert.lengthOf(uploads, 3)
        for (const { pieces = [], bytes, answered } of uploads) {
          assert.isUndefined(answered)
          assert.isTrue(pieces.slice(0, -1).every((piece) => piece === 524_288))
          assert.strictEqual(
            pieces.reduce((sum, piece) => sum + piece, 0),
            bytes,
          )
        }
      }),
      { clock: wallClock },
    ),
  )
})
