// Takes from people what they hold.
import { Flag } from "effect/cli"
import { changeCommand } from "./changeCommand.ts"
import { optionalText } from "./optionalText.ts"

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
      maxRemovals: Flag.Int("max-removals").pipe(
        Flag.withDescription("Do not begin when more removals than this are asked for. (default: 25)"),
        Flag.filter(
          (count) => count >= 0,
          () => "a number that is not below 0",
        ),
        Flag.withDefault(25),
      ),
    },
    examples: [
      { command: "rollcall revoke --grant group:S0123:member:user:U0123 --yes" },
      { command: "rollcall revoke --from leavers.csv --max-removals 200", description: "Many, which has to be said" },
    ],
  },
  (own) => own,
)
