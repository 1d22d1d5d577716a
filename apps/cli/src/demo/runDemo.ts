// A simulated workspace, synced and shown: what Rollcall does, without a Slack of one's own.
import { secretFromValue } from "@rollcall/config"
import type { SyncReader } from "@rollcall/c1z"
import { C1zFile } from "@rollcall/c1z"
import { startSimulator } from "@rollcall/slack-simulator"
import { Effect, Stream } from "effect"
import { loadedSlackPro } from "../connectors/slack/loadSlackPro.ts"
import { escapeControls } from "../render/escapeControls.ts"
import type { Listing } from "../render/printListing.ts"
import { printLines, printListing } from "../render/printListing.ts"
import { Screen } from "../Screen.ts"
import { summaryLines } from "../sync/summary.ts"
import { syncToFile } from "../sync/syncToFile.ts"
import { nextSteps } from "./nextSteps.ts"

const people = 2000
const speed = 60

/** Syncs the simulated workspace to the file, prints what it found and what to try next. */
export const runDemo = Effect.fn("Demo.run")(function* (file: string, options: { readonly showProgress: boolean }) {
  const screen = yield* Screen
  yield* screen.err(
    `A simulated Slack with ${people.toLocaleString("en")} people, at Slack's published rate limits run ${speed} times as fast:\n`,
  )
  const simulator = yield* startSimulator({ users: people, userGroups: 20, rateLimits: "published", speed })
  const token = secretFromValue(simulator.botToken, { from: "default" })
  const connector = yield* loadedSlackPro.open(
    { token, "base-url": simulator.webApiUrl, "rate-limits": "published" },
    { speed },
  )
  const settings = { file, "keep-sync-count": 2, "skip-cleanup": false, "c1z-temp-dir": undefined }
  const finished = yield* syncToFile(connector, settings, {}, options)
  for (const line of summaryLines(finished)) yield* screen.err(`${escapeControls(line)}\n`)

  const reader = yield* (yield* C1zFile.open(file)).sync()
  yield* show("Roles in the workspace", yield* holdersOf(reader, "workspaceRole"))
  const groups = yield* holdersOf(reader, "userGroup")
  yield* show("The largest user groups", groups.toSorted((a, b) => b.holders - a.holders).slice(0, 5))
  yield* printLines(["", "What to try next:", ...(yield* nextSteps(reader, file)).map((line) => `  ${line}`)])
})

interface Held {
  readonly name: string
  readonly entitlement: string
  readonly holders: number
}

/** The entitlements on resources of a type, with how many hold each. */
const holdersOf = (reader: SyncReader, resourceType: string) =>
  reader.entitlements({ resourceType }).pipe(
    Stream.mapEffect(({ entitlement, resource }) =>
      Effect.map(Stream.runCount(reader.grants({ entitlement: entitlement.id })), (holders): Held => ({
        name: resource.displayName,
        entitlement: entitlement.id,
        holders,
      })),
    ),
    Stream.runCollect,
  )

const show = Effect.fnUntraced(function* (title: string, held: ReadonlyArray<Held>) {
  yield* printLines(["", title, ""])
  yield* printListing(heldListing, Stream.fromIterable(held), "table")
})

const heldListing: Listing<Held> = {
  name: "entitlements",
  columns: [
    { title: "Name", value: (held) => held.name },
    { title: "Held by", value: (held) => String(held.holders) },
    { title: "Entitlement", value: (held) => held.entitlement },
  ],
  json: Effect.succeed,
}
