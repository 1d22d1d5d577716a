// What the actions on accounts say of themselves, apart from the code that carries them out: an app makes flags and help of
// it without loading a client. Names and texts are those of the Go connector, as C1 has stored them.
import type { ActionDeclaration } from "@rollcall/connector"

const returns: ActionDeclaration["returns"] = [
  {
    name: "success",
    displayName: "Success",
    description: "Indicates if the operation was successful",
    type: "boolean",
  },
  {
    name: "message",
    displayName: "Message",
    description: "A descriptive message about the operation result",
    type: "text",
  },
  { name: "user_id", displayName: "User ID", description: "The Slack user ID that was processed", type: "text" },
]

const userToChange = (verb: "enable" | "disable"): ActionDeclaration["arguments"] => [
  {
    name: "user_id",
    displayName: "User ID",
    description: `The Slack user ID to ${verb}`,
    type: "text",
    isPrincipal: true,
  },
]

/** `enable_user` */
export const enableUserDeclaration: ActionDeclaration = {
  name: "enable_user",
  displayName: "Enable User",
  description: "Activate a Slack user account by setting active to true via SCIM API",
  kind: "accountEnable",
  arguments: userToChange("enable"),
  returns,
}

/** `disable_user` */
export const disableUserDeclaration: ActionDeclaration = {
  name: "disable_user",
  displayName: "Disable User",
  description: "Deactivate a Slack user account by setting active to false via SCIM API",
  kind: "accountDisable",
  arguments: userToChange("disable"),
  returns,
}

/** All of them. */
export const accountActions: ReadonlyArray<ActionDeclaration> = [enableUserDeclaration, disableUserDeclaration]
