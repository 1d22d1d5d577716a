// What the flags ask for: one change that they name, or a list.
import type { ChangeIntent } from "@rollcall/connector"
import { Effect } from "effect"
import { UsageError } from "../errors.ts"
import type { Asked } from "./ChangePlan.ts"
import type { ListError } from "./problems.ts"
import { readList } from "./readList.ts"

/** The flags that name changes, as they were given. */
export interface ChangeFlags {
  readonly entitlement: string | undefined
  readonly principal: string | undefined
  readonly grant: string | undefined
  readonly from: string | undefined
}

/** The changes that the flags ask for, in exactly one of the ways that there are. */
export const askedChanges = (
  intent: ChangeIntent,
  { entitlement, principal, grant, from }: ChangeFlags,
): Effect.Effect<Asked, UsageError | ListError> => {
  const pair = entitlement !== undefined || principal !== undefined
  const ways = [pair, grant !== undefined, from !== undefined].filter(Boolean).length
  if (ways !== 1) return Effect.fail(oneWay(intent, ways))
  if (from !== undefined) return readList(from)
  if (grant !== undefined) return Effect.succeed({ changes: [{ where: { flag: "grant" }, grant }] })
  if (entitlement === undefined || principal === undefined) return Effect.fail(bothOfThePair)
  return Effect.succeed({ changes: [{ where: { flag: "entitlement" }, entitlement, principal }] })
}

const oneWay = (intent: ChangeIntent, ways: number) =>
  new UsageError({
    message: ways === 0 ? `Nothing is named to ${intent}.` : `The changes to ${intent} are given in more than one way.`,
    hint: `Give --entitlement and --principal${intent === "revoke" ? ", or --grant" : ""}, or --from with a list.`,
  })

const bothOfThePair = new UsageError({
  message: "--entitlement and --principal must be given together: what, and for whom.",
  hint: "Add the other one.",
})
