// The documentation's table of the Go connector's flags.
import type { GoSetting, Outcome } from "./goSettings.ts"
import { goSettings } from "./goSettings.ts"

/** What becomes of each flag, in Markdown. */
export const goFlagsTable = (): string =>
  [
    "| flag of `baton-slack` | what happens |",
    "|---|---|",
    ...goSettings
      .filter(({ environmentOnly }) => environmentOnly !== true)
      .toSorted((one, other) => (one.name < other.name ? -1 : 1))
      .map(({ name, here }) => `| \`--${name}\` | ${outcomeOf(here)} |`),
  ].join("\n")

const outcomeOf = (here: GoSetting["here"]): string => {
  if (typeof here === "string") return outcomes[here]
  const refused = here.takenByWorker === true ? "refused by `rollcall sync`" : "refused"
  return `${refused}, as it asks to ${here.asksTo}. ${here.instead}`
}

const outcomes: Readonly<Record<Outcome, string>> = {
  same: "the same setting",
  worker: "the same setting of the worker; `rollcall sync` takes it without effect",
  workerOnly: "the same setting of the worker; an unknown flag of `rollcall sync`",
  unused: "taken, and named in a warning: it has no effect",
}
