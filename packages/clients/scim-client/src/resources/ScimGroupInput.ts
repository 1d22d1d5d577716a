// What a group is created or overwritten with.
import type { ScimVersion } from "../dialect/ScimDialect.ts"
import { schemas } from "./schemas.ts"

/** A group to be. To overwrite one without members empties it. */
export interface ScimGroupInput {
  readonly displayName: string
  readonly members?: ReadonlyArray<{ readonly id: string }> | undefined
}

/** The JSON of a group. */
export const groupBody = (version: ScimVersion, { displayName, members }: ScimGroupInput): object => ({
  schemas: [schemas[version].group],
  displayName,
  members: members?.map(({ id }) => ({ value: id })),
})
