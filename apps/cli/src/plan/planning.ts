// Makes a plan of what is asked for, prints it, and writes it to a file.
import { writeText } from "@rollcall/access/output"
import type { Connector } from "@rollcall/connector"
import { AuditOrigin, StoreError, storeReasonOf, whatStandsThere } from "@rollcall/connector"
import type { ChangeRules } from "@rollcall/host/changes"
import { brakesOnly } from "@rollcall/host/changes"
import { decodePlanFile, encodePlanFile, makePlan, planFileOf, type Wish } from "@rollcall/plan"
import { Effect, Stream } from "effect"
import { open } from "node:fs/promises"
import { auditOrigin } from "../changes/audit.ts"
import { ExitWith } from "../errors.ts"
import { errLines, withLiveLines } from "../Screen.ts"
import type { PlanFormat } from "./planText.ts"
import { printPlan } from "./planText.ts"

/** How a plan is made. */
export interface Planning {
  readonly wishes: ReadonlyArray<Wish>
  readonly reason: string | undefined
  readonly ticket: string | undefined
  readonly evenMyself: boolean
  readonly rules: ChangeRules
  readonly format: PlanFormat
  readonly quiet: boolean
  readonly out: string | undefined
  readonly force: boolean
  /** Files that are read, which the plan does not replace. */
  readonly sources: ReadonlyArray<string>
  /** Ends with 2 where there is something to do. */
  readonly exitCode: boolean
}

/** Makes the plan. Nothing is changed. */
export const planAndPrint = Effect.fn("Plan.command")(function* (connector: Connector, planning: Planning) {
  const { wishes, reason, ticket, evenMyself, rules, format, quiet, out, force, sources, exitCode } = planning
  const { plan } = yield* makePlan(connector, { wishes, ticket, evenMyself }).pipe(
    Effect.provideService(AuditOrigin, yield* auditOrigin(reason)),
    Effect.provide(brakesOnly(rules)),
    (work) => withLiveLines(work, () => ["reading how things stand"], { shown: !quiet }),
  )
  if (out !== undefined) yield* writeText(out, { force, sources }, Stream.make(encodePlanFile(planFileOf(plan))))
  yield* printPlan(plan, format)
  if (out !== undefined && !quiet) yield* errLines([`Wrote ${out}. \`rollcall apply ${out}\` carries it out.`])
  if (exitCode && plan.changes.length > 0) return yield* new ExitWith({ code: 2 })
})

/** More than the plan of the longest list takes. */
const mostBytes = 256 * 1024 * 1024

/** The plan in the file at this path. */
export const readPlan = Effect.fn("Plan.read")(function* (path: string) {
  const text = yield* Effect.tryPromise({
    try: async () => {
      const file = await open(path)
      try {
        const stats = await file.stat()
        if (!stats.isFile()) throw Object.assign(new Error(), { code: "EISDIR" })
        if (stats.size > mostBytes) throw Object.assign(new Error(), { code: "EFBIG" })
        return await file.readFile("utf8")
      } finally {
        await file.close()
      }
    },
    catch: (cause) => unreadable(path, cause),
  })
  return yield* decodePlanFile(path, text)
})

const unreadable = (path: string, cause: unknown): StoreError => {
  const why = {
    NotFound: "there is no such file",
    NoPermission: "permission is denied",
    NotAFile: `it is ${whatStandsThere(cause)}`,
    DiskFull: "it is too large to be a plan",
    CannotWrite: "reading failed",
  } as const
  const reason = storeReasonOf(cause)
  return new StoreError({
    reason: reason === "DiskFull" || reason === "CannotWrite" ? "Unreadable" : reason,
    message: `${path} cannot be read: ${why[reason]}.`,
    hint: "Name a plan, as `rollcall plan … --out plan.json` writes it.",
    cause,
  })
}
