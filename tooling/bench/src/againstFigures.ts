// What the working tree takes, next to a bundle of another commit, to Node alone and to other programs: `pnpm bench --against REF`.
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import type { Scope } from "effect"
import { Effect } from "effect"
import { bundledCommand, bundlesOf } from "./bundle.ts"
import type { Compared, Comparison } from "./Comparison.ts"
import { compare } from "./Comparison.ts"
import type { Program } from "./measuredProgram.ts"
import { measureProgram } from "./measuredProgram.ts"
import type { RecordedSlack } from "./recordedSlack.ts"
import { startRecordedSlack } from "./recordedSlack.ts"
import type { WorkspaceSize } from "./simulatedProcesses.ts"

/** What to compare with. */
export interface Against {
  /** A commit of the project. */
  readonly reference: string
  /** Another program that syncs Slack into a file and takes the same variables: the Go connector. */
  readonly peer?: string | undefined
  /** Another program that shows such files: the Go viewer. */
  readonly viewer?: string | undefined
  readonly people: number
  /** Only the figures of one group. */
  readonly only?: string | undefined
  /** Called with each, as it comes. */
  readonly report: (compared: Compared) => void
}

/** How often what is over at once is repeated, and what takes long. */
const many = 15
const some = 7
const few = 3

/** Runs every comparison, and gives them with the processor seconds that this process took meanwhile, which serves the replies. */
export const againstFigures = Effect.fnUntraced(function* (against: Against) {
  const ours = bundledCommand()
  const other = bundlesOf(against.reference).cli
  const folder = yield* scratchFolder("bench-against")
  const world: World = { ...against, ours, other, folder }
  const began = process.cpuUsage()
  const compared: Array<Compared> = []
  for (const [name, comparisons] of Object.entries(groups)) {
    if (name !== (against.only ?? name)) continue
    for (const comparison of yield* comparisons(world)) {
      const one = yield* Effect.promise(() => compare(comparison))
      against.report(one)
      compared.push(one)
    }
  }
  const { user, system } = process.cpuUsage(began)
  return { compared, servedInSeconds: (user + system) / 1e6 }
}, Effect.scoped)

interface World extends Against {
  readonly ours: string
  readonly other: string
  readonly folder: string
}

type Comparisons = (world: World) => Effect.Effect<ReadonlyArray<Comparison>, never, Scope.Scope>

const node = (script: string, ...args: ReadonlyArray<string>): Program => ({
  command: [process.execPath, script, ...args],
})

/** Commands that are answered at once, next to Node that does nothing; and those that fail as soon as they do something of their own. */
const startComparisons: Comparisons = ({ ours, folder }) => {
  const nothing: Program = { command: [process.execPath, "-e", "0"] }
  const nextToNode = (name: string, atMost: number, args: ReadonlyArray<string>, endsWith = [0]): Comparison => ({
    name: `${name}, next to \`node -e 0\``,
    ours: { ...node(ours, ...args), endsWith, environment: { BATON_TOKEN: "xoxb-none" } },
    other: nothing,
    pairs: many,
    atMost,
  })
  const missing = join(folder, "missing.c1z")
  const clone = fileURLToPath(new URL("../../../bin/rollcall", import.meta.url))
  return Effect.succeed([
    nextToNode("`--help`", 1.5, ["--help"]),
    nextToNode("`grants --help`", 1.5, ["grants", "--help"]),
    nextToNode("`--version`", 1.5, ["--version"]),
    nextToNode("`completions bash`", 1.5, ["completions", "bash"]),
    nextToNode("an unknown command", 1.5, ["grunts"], [64]),
    nextToNode("an unknown flag", 1.5, ["grants", "--unknown"], [64]),
    nextToNode("a view, until it opens its file", 3, ["stats", "--file", missing], [78]),
    nextToNode(
      "a sync, until its first request",
      3,
      ["sync", "--file", missing, "--base-url", "http://127.0.0.1:1/"],
      [69, 75],
    ),
    {
      name: "`bin/rollcall --help` of a clone, next to the bundle",
      ours: { command: [clone, "--help"] },
      other: node(ours, "--help"),
      pairs: many,
      atMost: 1.2,
    },
  ])
}

/** A workspace of a few people, where the start is most of it, by the clock. Pro, since the Go connector asks Slack itself for SCIM. */
const edgeComparisons: Comparisons = Effect.fnUntraced(function* (world) {
  const slack = yield* startRecordedSlack(world.ours, { plan: "pro", users: 18, userGroups: 3 })
  return syncsOf(world, slack, {
    what: "a sync of 18 people",
    by: "seconds",
    pairs: many,
    next: { peer: 1 },
    isPro: true,
  })
})

/** Large workspaces, of both plans. */
const syncComparisons: Comparisons = Effect.fnUntraced(function* (world) {
  const { people } = world
  const size: WorkspaceSize = { plan: "pro", users: people, userGroups: 300 }
  const what = `a sync of ${people.toLocaleString("en")} people`
  const pairs = people < 100_000 ? some : few
  const pro = yield* startRecordedSlack(world.ours, size)
  const plus = yield* startRecordedSlack(world.ours, { ...size, plan: "business-plus", idpGroups: 200 })
  return [
    ...syncsOf(world, pro, { what: `${what}, Pro`, pairs, next: { other: 0.65 }, mostMegabytes: 125, isPro: true }),
    ...syncsOf(world, plus, {
      what: `${what}, Business+`,
      pairs,
      next: { other: 0.55 },
      mostMegabytes: 135,
    }),
  ]
})

interface SyncsOf extends Pick<Comparison, "by" | "pairs" | "mostMegabytes"> {
  readonly what: string
  readonly isPro?: boolean
  /** The most next to each. */
  readonly next: { readonly other?: number; readonly peer?: number }
}

const syncsOf = (
  { ours, other, peer, folder }: World,
  slack: RecordedSlack,
  { what, next, isPro = false, ...bounds }: SyncsOf,
): ReadonlyArray<Comparison> => {
  const environment = environmentOf(slack, isPro)
  // Each writes over its own file, as a schedule does; its folder for work is its own too.
  const syncing = (command: ReadonlyArray<string>, file: string): Program => ({
    command: ["sh", "-c", 'rm -f "$0" && exec "$@"', join(folder, file), ...command, "--file", join(folder, file)],
    environment,
  })
  const mine = syncing([process.execPath, ours, "sync", "--quiet"], "ours.c1z")
  return [
    {
      ...bounds,
      name: `${what}, next to the other commit`,
      ours: mine,
      other: syncing([process.execPath, other, "sync", "--quiet"], "other.c1z"),
      atMost: next.other,
    },
    ...(peer === undefined || !isPro
      ? []
      : [
          {
            ...bounds,
            name: `${what}, next to ${peer}`,
            ours: mine,
            other: syncing([peer], "peer.c1z"),
            atMost: next.peer,
          },
        ]),
  ]
}

const environmentOf = (slack: RecordedSlack, isPro: boolean): Readonly<Record<string, string>> => ({
  BATON_TOKEN: slack.botToken,
  BATON_BASE_URL: slack.webApiUrl,
  BATON_RATE_LIMITS: "off",
  ...(isPro ? {} : { BATON_BUSINESS_PLUS_TOKEN: slack.userToken, BATON_SCIM_BASE_URL: slack.scimUrl }),
})

/** Views of a large Business+ file, each program of the file that it wrote itself. */
const viewComparisons: Comparisons = Effect.fnUntraced(function* (world) {
  const { people, ours, other, viewer, folder } = world
  const pairs = people < 100_000 ? some : few
  const write = Effect.fnUntraced(function* (command: string, users: number, file: string) {
    const slack = yield* startRecordedSlack(ours, { plan: "business-plus", users, userGroups: 300, idpGroups: 200 })
    const path = join(folder, file)
    const environment = environmentOf(slack, false)
    yield* Effect.promise(() => measureProgram({ ...node(command, "sync", "--quiet", "--file", path), environment }))
    return path
  }, Effect.scoped)
  const file = yield* write(ours, people, "view.c1z")
  const earlier = yield* write(ours, people - Math.floor(people / 100), "earlier.c1z")
  const theirs = yield* write(other, people, "view-other.c1z")
  const size = `of ${people.toLocaleString("en")} people`
  const view = (command: string, path: string, ...args: ReadonlyArray<string>) => node(command, ...args, "--file", path)
  const nextToOther = (
    atMost: number,
    mostMegabytes: number | undefined,
    ...args: ReadonlyArray<string>
  ): Comparison => ({
    name: `\`${args.join(" ")}\` ${size}, next to the other commit`,
    ours: view(ours, file, ...args),
    other: view(other, theirs, ...args),
    pairs,
    atMost,
    mostMegabytes,
  })
  const person = ["access", "U00000042"]
  const cached: Program = {
    ...view(ours, file, ...person),
    environment: { BATON_CACHE_DIR: join(folder, "cache") },
  }
  return [
    nextToOther(0.75, undefined, ...person),
    { ...nextToOther(0.12, undefined, ...person), name: `the same ${size}, again with a cache`, ours: cached },
    nextToOther(0.3, 125, "grants", "-o", "ndjson"),
    nextToOther(0.3, 125, "grants", "-o", "csv"),
    {
      name: `\`diff\` ${size}, next to \`access\` of the other commit`,
      ours: node(ours, "diff", earlier, file),
      other: view(other, theirs, ...person),
      pairs,
      atMost: 2.5,
      mostMegabytes: 150,
    },
    ...(viewer === undefined
      ? []
      : ["stats", "syncs"].map((command): Comparison => {
          const theirCommand = command === "syncs" ? ["sync", "list"] : ["stats"]
          return {
            name: `\`${command}\` ${size}, next to ${viewer}`,
            ours: view(ours, file, command),
            other: { command: [viewer, ...theirCommand, "--file", file] },
            pairs: some,
            atMost: 0.3,
          }
        })),
  ]
})

/** By the names that `--only` takes. */
const groups: Readonly<Record<string, Comparisons>> = {
  start: startComparisons,
  edge: edgeComparisons,
  sync: syncComparisons,
  views: viewComparisons,
}
