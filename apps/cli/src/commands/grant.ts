// Gives people what they do not hold yet.
import { changeCommand } from "./changeCommand.ts"

/** `rollcall grant` */
export const grantCommand = changeCommand(
  "grant",
  {
    summary: "Grant an entitlement to somebody, or many from a list.",
    description:
      "Grant an entitlement to somebody, or many from a list. What is held already is unchanged. Without --yes it says " +
      "what it would do; on a terminal it asks. A line of the audit log stands before and after each change.",
    own: {},
    examples: [
      {
        command: "rollcall grant -e group:S0123:member --principal ada@example.com",
        description: "Add one person to an IdP group",
      },
      { command: "rollcall grant --from joiners.csv --yes", description: "Add all of a list without asking" },
    ],
  },
  () => ({}),
)
