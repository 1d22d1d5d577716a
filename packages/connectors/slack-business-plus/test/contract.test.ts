// The contract suite on Slack Business+, against a simulated workspace over HTTP: with a bot and a user token, and with a
// user token that does all.
import { connectorContract } from "@rollcall/connector-testkit"
import { makeSimulator, type SimulatorOptions } from "@rollcall/slack-simulator"
import { Effect } from "effect"
import { readScopes, simulatedSlack } from "./simulatedSlack.ts"

// Slack refuses pages of 999 to this workspace, so that the walk takes three pages of 200; IdP groups come in two.
const options: SimulatorOptions = {
  plan: "business-plus",
  users: 410,
  userGroups: 12,
  idpGroups: 120,
  seed: 7,
  limitRequiredAbove: 200,
}

// What differs with one token does not with the number of pages, and each page boundary costs a sync: here the walk takes two.
const smaller: SimulatorOptions = { ...options, users: 210 }

/** A group with members and two active people who are not in it, and what may be changed with them. */
const changesIn = (of: SimulatorOptions) =>
  Effect.map(makeSimulator(of), (slack) => {
    const state = [...slack.state()]
    const groups = state.flatMap((entry) => ("group" in entry && entry.members.length > 1 ? [entry] : []))
    const [chosen] = groups
    const outside = state.flatMap((entry) =>
      "account" in entry && entry.active && chosen?.members.includes(entry.account) === false ? [entry.account] : [],
    )
    const person = outside.at(-2) ?? ""
    return {
      grantable: {
        entitlement: `group:${chosen?.group ?? ""}:member`,
        principal: { resourceType: "user", resource: outside.at(-1) ?? "" },
      },
      actions: [
        { name: "disable_user", values: { user_id: person } },
        { name: "enable_user", values: { user_id: person } },
      ],
    }
  })

const twoTokens = (scopes: ReadonlyArray<string>) =>
  simulatedSlack(options, {
    botScopes: scopes.filter((scope) => scope !== "admin"),
    userScopes: scopes.filter((scope) => scope === "admin"),
  })

const oneToken = (scopes: ReadonlyArray<string>) => simulatedSlack(smaller, { oneToken: true, userScopes: scopes })

const allScopes = ["admin", ...readScopes]
const without = (scope: string) => allScopes.filter((held) => held !== scope)

connectorContract({
  name: "Slack Business+ with two tokens",
  connector: async () => (await import("../src/index.ts")).slackBusinessPlus(),
  world: twoTokens(allScopes),
  worldWithout: (scope) => twoTokens(without(scope)),
  ...(await Effect.runPromise(changesIn(options))),
})

connectorContract({
  name: "Slack Business+ with one token",
  connector: async () => (await import("../src/index.ts")).slackBusinessPlus({ oneToken: true }),
  world: oneToken(allScopes),
  worldWithout: (scope) => oneToken(without(scope)),
  ...(await Effect.runPromise(changesIn(smaller))),
})
