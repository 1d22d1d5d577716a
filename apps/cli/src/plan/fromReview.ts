// What an access review decided to remove, by the lists that its close has written: the same that `revoke --from` and `actions run --from` take.
import type { EventOf } from "@rollcall/review"
import { campaignMark, describeFile, openCampaign } from "@rollcall/review"
import { PlanError } from "@rollcall/plan"
import { Effect } from "effect"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { UsageError } from "../errors.ts"

/** The lists of a campaign, and how a plan names it. */
export interface ReviewRemovals {
  /** As files and reasons name it, with its id. */
  readonly mark: string
  readonly revocations: ReadonlyArray<string>
  /** Accounts that are to be disabled. */
  readonly accounts: ReadonlyArray<string>
  /** All files of the campaign. */
  readonly files: ReadonlyArray<string>
  /** What is no part of any plan, a sentence without its full stop each. */
  readonly notes: ReadonlyArray<string>
}

/** The removals of the campaign in a folder, which has to be closed; a list that was altered since is refused. */
export const removalsOfReview = Effect.fn("Plan.fromReview")(function* (path: string) {
  const campaign = yield* openCampaign(path)
  const { closed } = campaign
  if (closed === undefined) return yield* notClosed(path)
  for (const { name, sha256 } of closed.files) {
    if ((yield* describeFile(join(path, name), name)).sha256 !== sha256) return yield* altered(join(path, name))
  }
  const mark = campaignMark(campaign)
  return {
    mark,
    revocations: listsOf(path, closed, "revocations"),
    accounts: listsOf(path, closed, "disable"),
    files: yield* Effect.sync(() =>
      readdirSync(path, { recursive: true, encoding: "utf8" }).map((name) => join(path, name)),
    ),
    notes: [
      `From the access review ${mark}`,
      ...listsOf(path, closed, "worklist").map((list) => `What only people can do is no part of it: ${list}`),
    ],
  } satisfies ReviewRemovals
})

const listsOf = (path: string, { files }: EventOf<"closed">, list: string): ReadonlyArray<string> =>
  files.flatMap(({ name }) => (name.startsWith(`removals/${list}`) ? [join(path, name)] : []))

const notClosed = (path: string) =>
  new UsageError({
    message: `The access review in ${path} has not been closed, so there is nothing to remove yet.`,
    hint: "Close it with `rollcall review close` when its answers are complete.",
  })

const altered = (path: string) =>
  new PlanError({
    reason: "Unreadable",
    message: `${path} is not as \`rollcall review close\` wrote it. Nothing was planned.`,
    hint: "Restore it from a copy; or name it with --revocations or --accounts, where it was meant.",
  })
