// `--connector`, which names a connector where no settings choose one.
import { connectors } from "@rollcall/host"
import { Option } from "effect"
import { Flag } from "effect/cli"

/** The flag; its value is the connector's id. */
export const connectorFlag = (description: string) =>
  Flag.Literals(
    "connector",
    connectors.map((entry) => entry.id),
  ).pipe(Flag.withDescription(description), Flag.optional, Flag.map(Option.getOrUndefined))
