// What a page does when somebody presses a button: it is sent, what came of it is said, and the page is looked at again.
import type { Act, ActAnswer, Frame } from "../pageData.ts"
import { send } from "./server.ts"

/** What parts of a page do things with. */
export interface Doing {
  readonly may: (act: Act) => boolean
  /** Has it done, and says what came of it; `undefined` while something else is being done. */
  readonly run: (act: Act, fields: FormData) => Promise<ActAnswer | undefined>
  readonly say: (text: string) => void
  /** Draws the page as it is now. */
  look: (isForced: boolean) => Promise<void>
}

/** The sentence about an answer; nothing about one that is shown elsewhere. */
const sentenceOf = (answer: ActAnswer): string => {
  if ("done" in answer) return answer.done
  return "refused" in answer ? `${answer.refused.message} ${answer.refused.hint}`.trim() : ""
}

/** Says in `status` what came of each act. */
export const makeDoing = ({ may, csrfToken }: Frame, status: HTMLElement): Doing => {
  let isBusy = false
  const doing: Doing = {
    may: (act) => may.includes(act),
    say: (text) => {
      status.textContent = text
    },
    run: async (act, fields) => {
      if (isBusy) return undefined
      isBusy = true
      const answer = await send(act, fields, csrfToken)
      isBusy = false
      status.textContent = sentenceOf(answer)
      // What was removed has no page any more.
      if (act !== "remove" || "refused" in answer) await doing.look(true)
      return answer
    },
    look: () => Promise.resolve(),
  }
  return doing
}
