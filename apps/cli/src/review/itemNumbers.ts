// Items as people name them: `3,7-12`.
import { mostItems } from "@rollcall/review"
import { Effect } from "effect"
import { UsageError } from "../errors.ts"

/** The numbers that the text names. */
export const readItemNumbers = (text: string | undefined): Effect.Effect<ReadonlyArray<number>, UsageError> => {
  const numbers: Array<number> = []
  for (const part of (text ?? "").split(",").map((it) => it.trim())) {
    const { from, to = from } = /^(?<from>\d+)(?:-(?<to>\d+))?$/u.exec(part)?.groups ?? {}
    const [first, last] = [Number(from), Number(to)]
    // Not a number fails every comparison.
    if (!(first >= 1 && last >= first && last <= mostItems)) return Effect.fail(notItems(text))
    for (let number = first; number <= last; number++) numbers.push(number)
  }
  return Effect.succeed(numbers)
}

const notItems = (text: string | undefined) =>
  new UsageError({
    message: text === undefined ? "--items is missing." : `${text} are no numbers of items.`,
    hint: "Such as `--items 3,7-12`.",
  })
