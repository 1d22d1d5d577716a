// What an action is called with, checked before anything is asked of the system.
import { Effect } from "effect"
import type { Action, ActionField, ActionValues } from "../Action.ts"
import type { Connector } from "../Connector.ts"
import { ConnectorError } from "../ConnectorError.ts"

/** The action of this name; fails with `NotFound` for a name that the connector does not have. */
export const actionNamed = <R>({ displayName, actions = [] }: Connector<R>, name: string) => {
  const action = actions.find((candidate) => candidate.name === name)
  return action === undefined
    ? Effect.fail(
        new ConnectorError({
          reason: "NotFound",
          message: `${displayName} has no action ${name}.`,
          hint:
            actions.length === 0
              ? "It has no actions at all."
              : `Choose from ${actions.map((candidate) => candidate.name).join(", ")}.`,
        }),
      )
    : Effect.succeed(action)
}

/** Fails with `BadRequest` where an argument is missing, empty or unknown: all are required. */
export const checkArguments = <R>(action: Action<R>, values: ActionValues) => {
  const problems = [
    ...action.arguments.filter((field) => !isGiven(field, values)).map(({ name }) => `${name} is missing`),
    ...Object.keys(values)
      .filter((name) => !action.arguments.some((field) => field.name === name))
      .map((name) => `${name} is not known`),
  ]
  return problems.length === 0
    ? Effect.void
    : Effect.fail(
        new ConnectorError({
          reason: "BadRequest",
          message: `The arguments of ${action.name} do not fit: ${problems.join("; ")}.`,
          hint: `It takes ${action.arguments.map(({ name, description }) => `${name} (${description})`).join(", ")}.`,
        }),
      )
}

const isGiven = ({ name, type }: ActionField, values: ActionValues): boolean => {
  const value = values[name]
  return type === "text" ? typeof value === "string" && value.trim() !== "" : typeof value === "boolean"
}
