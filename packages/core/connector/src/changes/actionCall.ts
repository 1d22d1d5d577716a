// What an action is called with, checked before anything is asked of the system.
import { Effect } from "effect"
import type { Action, ActionField, ActionValues } from "../Action.ts"
import type { Connector } from "../Connector.ts"
import { ConnectorError } from "../ConnectorError.ts"
import { lacksCredentialToRun } from "./refusals.ts"

/** The action of this name; fails with `NotFound` for a name that the connector does not have. */
export const actionNamed = <R>(connector: Connector<R>, name: string) => {
  const { displayName, actions = [] } = connector
  const action = actions.find((candidate) => candidate.name === name)
  return action === undefined
    ? Effect.fail(
        lacksCredentialToRun(connector, name) ??
          new ConnectorError({
            reason: { _tag: "NotFound" },
            message: `${displayName} has no action ${name}.`,
            hint:
              actions.length === 0
                ? "It has no actions at all."
                : `Choose from ${actions.map((candidate) => candidate.name).join(", ")}.`,
          }),
      )
    : Effect.succeed(action)
}

/** Fails with `BadRequest` where an argument is missing, empty, of the wrong type or unknown: all are required. */
export const checkArguments = <R>(action: Action<R>, values: ActionValues) => {
  const problems = [
    ...action.arguments.flatMap((field) => problemOf(field, values[field.name])),
    ...Object.keys(values)
      .filter((name) => !action.arguments.some((field) => field.name === name))
      .map((name) => `${name} is not known`),
  ]
  return problems.length === 0
    ? Effect.void
    : Effect.fail(
        new ConnectorError({
          reason: { _tag: "BadRequest" },
          message: `The arguments of ${action.name} do not fit: ${problems.join("; ")}.`,
          hint: `It takes ${action.arguments.map(({ name, description }) => `${name} (${description})`).join(", ")}.`,
        }),
      )
}

const problemOf = ({ name, type }: ActionField, value: ActionValues[string] | undefined): ReadonlyArray<string> => {
  const expected = type === "text" ? "string" : "boolean"
  if (value === undefined || (type === "text" && typeof value === "string" && value.trim() === "")) {
    return [`${name} is missing`]
  }
  return typeof value === expected ? [] : [`${name} is a ${typeof value} and must be a ${expected}`]
}
