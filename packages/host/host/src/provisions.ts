// Tells whether a connector can change who has what.
import type { Connector } from "@rollcall/connector"

/** Whether a connector can grant and revoke. */
export const provisions = ({ resourceTypes }: Pick<Connector, "resourceTypes">): boolean =>
  resourceTypes.some((type) => type.capabilities.includes("provision"))
