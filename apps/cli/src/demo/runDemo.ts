// A simulated workspace, synced, shown and changed: what Rollcall does, without a Slack of one's own.
import { auditFileBeside, auditLogFile } from "@rollcall/audit-file"
import { openAccess } from "@rollcall/access"
import { exitCodes } from "@rollcall/connector"
import { Effect, Stream } from "effect"
import { ExitWith } from "../ExitWith.ts"
import { errLines } from "../render/errLines.ts"
import type { Listing } from "@rollcall/access/render"
import { printLines, printListing } from "../render/printListing.ts"
import { Screen } from "../Screen.ts"
import { summaryLines } from "../sync/summary.ts"
import { syncWithProgress } from "../sync/syncWithProgress.ts"
import type { DemoChange } from "./changeSomething.ts"
import { changeSomething } from "./changeSomething.ts"
import { demoWorkspace, people, speed } from "./demoWorkspace.ts"
import type { Held } from "./heldListing.ts"
import { heldListing, holdersOf } from "./heldListing.ts"
import { nextSteps } from "./nextSteps.ts"

const shownGroups = 5

/** Syncs the simulated workspace to the file, prints what it found, changes something, and says what to try next. */
export const runDemo = Effect.fn("Demo.run")(function* (file: string, options: { readonly showProgress: boolean }) {
  const screen = yield* Screen
  yield* screen.err(
    `A simulated Slack Business+ with ${people.toLocaleString("en")} people, at Slack's published rate limits run ${speed} times as fast:\n`,
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
  if (!changes.every(({ isThere }) => isThere)) return yield* new ExitWith({ code: exitCodes.unexpected })
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
      value: (change) => (change.isThere ? "as it should be" : "NOT AS IT SHOULD BE"),
    },
  ],
  json: Effect.succeed,
}
