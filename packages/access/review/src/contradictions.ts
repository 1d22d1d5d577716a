// Answers that cannot all be carried out: an account is to be disabled, and something that it holds is to be kept.
import { formatResourceId } from "@rollcall/connector"
import type { Campaign } from "./Campaign.ts"
import { itemsNamed } from "./eventWords.ts"

/** Each account of which that is so, in a sentence. */
export const contradictions = ({ items, answers }: Campaign): ReadonlyArray<string> => {
  const byAccount = Map.groupBy(items.values(), ({ account }) =>
    formatResourceId({ resourceType: account.type, resource: account.id }),
  )
  return [...byAccount.values()].flatMap((held) => {
    const numbers = (decided: (decision: string) => boolean) =>
      held.flatMap(({ item }) => {
        const answer = answers.get(item)
        return answer !== undefined && decided(answer.decision) ? [item] : []
      })
    const disabled = numbers((decision) => decision === "disable")
    const others = numbers((decision) => decision === "keep" || decision === "change")
    if (disabled.length === 0 || others.length === 0) return []
    const { name = "" } = held[0]?.account ?? {}
    const stays = others.length === 1 ? "lets it stay" : "let it stay"
    const disables = disabled.length === 1 ? "disables" : "disable"
    return [
      `The answers about ${name} contradict each other: ${itemsNamed(disabled)} ${disables} the account, and ${itemsNamed(others)} ${stays}.`,
    ]
  })
}
