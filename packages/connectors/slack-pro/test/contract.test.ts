// The contract suite on Slack Pro, against a simulated workspace over HTTP: with a bot token and with a user token.
import { connectorContract } from "@rollcall/connector-testkit"
import { readScopes, simulatedSlack } from "./simulatedSlack.ts"

for (const token of ["bot", "user"] as const) {
  // Slack refuses pages of 999 to this workspace, so that the walk takes three pages of 200.
  const world = (scopes: ReadonlyArray<string>) =>
    simulatedSlack({ users: 410, userGroups: 12, seed: 7, limitRequiredAbove: 200 }, { token, scopes })

  connectorContract({
    name: `Slack Pro with a ${token} token`,
    connector: async () => (await import("../src/index.ts")).slackPro,
    world: world(readScopes),
    worldWithout: (scope) => world(readScopes.filter((held) => held !== scope)),
  })
}
