// A simulated workspace, synced, shown and changed: what Rollcall does, without a Slack of one's own.
import type { AccessReader } from "@rollcall/access"
import { openAccess } from "@rollcall/access"
import type { Listing } from "@rollcall/access/render"
import { auditFileBeside, auditLogFile } from "@rollcall/audit-file"
import { exitCodes } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { resolve } from "node:path"
import { errLines, grouped, Screen } from "../Screen.ts"
import { ExitWith } from "../errors.ts"
import { printLines, printListing } from "../render/printListing.ts"
import { summaryLines } from "../sync/summary.ts"
import { syncWithProgress } from "../sync/progress.ts"
import { writeReport } from "../views/report.ts"
import type { DemoChange } from "./changeSomething.ts"
import { changeSomething } from "./changeSomething.ts"
import { demoWorkspace, people, speed } from "./demoWorkspace.ts"
import { nextSteps } from "./nextSteps.ts"

/** An entitlement and how many hold it. */
export interface Held {
  readonly name: string
  readonly entitlement: string
  readonly holders: number
}

/** The entitlements on resources of a type, with how many hold each. */
export const holdersOf = (access: AccessReader, resourceType: string) =>
  access.entitlements({ resourceType }).pipe(
    Stream.mapEffect(({ id, resource }) =>
      Effect.map(Stream.runCount(access.grants({ entitlement: id })), (holders): Held => ({
        name: resource.displayName,
        entitlement: id,
        holders,
      })),
    ),
    Stream.runCollect,
  )

/** How they are printed. */
const heldListing: Listing<Held> = {
  name: "entitlements",
  columns: [
    { title: "Name", value: (held) => held.name },
    { title: "Held by", value: (held) => String(held.holders) },
    { title: "Entitlement", value: (held) => held.entitlement },
  ],
  json: Effect.succeed,
}

const shownGroups = 5

/** The page of a file's report. It is the demo's own name, so another run replaces it. */
const reportBeside = (file: string): string => `${file.replace(/\.c1z$/u, "")}.report.html`

const viewed = {
  archive: undefined,
  workspace: undefined,
  "c1z-temp-dir": undefined,
  "decoder-max-decoded-size-mb": 1024,
  leases: undefined,
}

const ofReport = {
  format: "html",
  quiet: true,
  syncId: undefined,
  since: undefined,
  privileged: undefined,
  force: true,
} as const

/** Syncs the simulated workspace to the file, prints what it found, changes something, and says what to try next. */
export const runDemo = Effect.fn("Demo.run")(function* (file: string, options: { readonly showProgress: boolean }) {
  const screen = yield* Screen
  yield* screen.err(
    `A simulated Slack Business+ with ${grouped(people)} people, at Slack's published rate limits run ${speed} times as fast:\n`,
  )
  const { slack, ...open } = yield* demoWorkspace
  const settings = {
    file,
    "keep-sync-count": 2,
    "skip-cleanup": false,
    "c1z-temp-dir": undefined,
    "max-shrink": 50,
    "allow-shrink-until": undefined,
  }
  const finished = yield* syncWithProgress(open, settings, {}, options)
  yield* errLines(summaryLines(finished))

  const access = yield* openAccess(file)
  yield* show("Roles in the workspace", heldListing, yield* holdersOf(access, "workspaceRole"))
  yield* show("Business+ roles", heldListing, yield* holdersOf(access, "businessPlusRole"))
  yield* show("The largest user groups", heldListing, largest(yield* holdersOf(access, "userGroup")))
  yield* show("The largest IdP groups", heldListing, largest(yield* holdersOf(access, "group")))

  const auditFile = auditFileBeside(file)
  const changes = yield* Effect.provide(changeSomething(open.connector, access, slack), auditLogFile(auditFile))
  yield* show(`Three changes, recorded in ${auditFile}`, changeListing, changes)
  if (!changes.every(({ isVisible }) => isVisible)) return yield* new ExitWith({ code: exitCodes.unexpected })
  const page = resolve(reportBeside(file))
  yield* writeReport({ ...ofReport, settings: { ...viewed, file }, out: page })
  yield* printLines([
    "",
    "A report for others, to open in a browser: who stands out, and what could not be seen",
    "",
    page,
  ])
  yield* printLines(["", "What to try next:", ...(yield* nextSteps(access, file)).map((line) => `  ${line}`)])
})

const largest = (held: ReadonlyArray<Held>) => held.toSorted((a, b) => b.holders - a.holders).slice(0, shownGroups)

const show = Effect.fnUntraced(function* <A>(title: string, listing: Listing<A>, rows: ReadonlyArray<A>) {
  yield* printLines(["", title, ""])
  yield* printListing(listing, Stream.fromIterable(rows), "table")
})

const changeListing: Listing<DemoChange> = {
  name: "changes",
  columns: [
    { title: "Change", value: (change) => change.what },
    { title: "Outcome", value: (change) => change.outcome },
    {
      title: "In the simulated Slack",
      value: (change) => (change.isVisible ? "as it should be" : "NOT AS IT SHOULD BE"),
    },
  ],
  json: Effect.succeed,
}
