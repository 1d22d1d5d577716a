// Slack's system roles, by their ids. Slack has no call that lists their names.
// Source: https://docs.slack.dev/reference/methods/admin.roles.addAssignments

const names: Readonly<Record<string, string>> = {
  Rl01: "Channel Admin",
  Rl0A: "Channel Manager",
  Rl05: "Conversation Admin",
  Rl0L: "Analytics Admin",
  Rl0C: "Audit Logs Admin",
  Rl0G: "Sales Admin",
  Rl0J: "Security Admin",
  Rl0B: "Slack Platform Developer",
  Rl0F: "Exports Admin",
  Rl0D: "Integrations Manager",
  Rl04: "Legal Holds Admin",
  Rl0E: "Message Activity Manager",
  Rl02: "Role Admin",
  Rl03: "User Admin",
  Rl0K: "Workflow Admin",
  Rl09: "DLP Admin",
}

/** The name of a system role; of a role that is not known here, such as a custom one, its id. */
export const systemRoleName = (roleId: string): string => names[roleId] ?? roleId
