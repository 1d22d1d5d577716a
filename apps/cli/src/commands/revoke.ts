// Takes from people what they hold.
import { changeCommand } from "./changeCommand.ts"
import { optionalText, wholeNumber } from "./optionalText.ts"

/** `rollcall revoke` */
export const revokeCommand = changeCommand(
  "revoke",
  {
    summary: "Revoke a grant, or many from a list.",
    description:
      "Revoke a grant, or many from a list. What is not held is unchanged. Without --yes it says what it would do; on a " +
      "terminal it asks. A line of the audit log stands before and after each change.",
    own: {
      grant: optionalText("grant", undefined, "id", "The id of the grant, instead of entitlement and principal."),
      maxRemovals: wholeNumber(
        "max-removals",
        { fallback: 25 },
        "Do not begin when more removals than this are asked for.",
      ),
    },
    examples: [
      { command: "rollcall revoke --grant group:S0123:member:user:U0123 --yes" },
      { command: "rollcall revoke --from leavers.csv --max-removals 200", description: "Many, which has to be said" },
    ],
  },
  (own) => own,
)
