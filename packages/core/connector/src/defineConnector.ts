// A connector from what is particular about it: what most connectors say alike is filled in.
import type { Connector, Step } from "./Connector.ts"
import type { ResourceType } from "./model/ResourceType.ts"

/** A resource type of which only the id must be said. */
export type ResourceTypeDeclaration = Pick<ResourceType, "id"> & Partial<ResourceType>

/** A step whose title and scopes may be left out. */
export type StepDeclaration<R> = Omit<Step<R>, "title" | "scopes"> & Partial<Pick<Step<R>, "title" | "scopes">>

/** What {@link defineConnector} takes. */
export interface ConnectorDeclaration<R> extends Omit<Connector<R>, "resourceTypes" | "steps"> {
  readonly resourceTypes: ReadonlyArray<ResourceTypeDeclaration>
  readonly steps: ReadonlyArray<StepDeclaration<R>>
}

/**
 * A connector. Where nothing else is said, a resource type is synced, has no trait, and its id in capitals names it (`userGroup`:
 * `User Group`); a step has its id as its title and needs no scope.
 */
export const defineConnector = <R = never>({
  resourceTypes,
  steps,
  ...rest
}: ConnectorDeclaration<R>): Connector<R> => ({
  ...rest,
  resourceTypes: resourceTypes.map((type) => ({
    displayName: wordsOf(type.id),
    traits: [],
    capabilities: ["sync"],
    permissions: [],
    ...type,
  })),
  steps: steps.map((step) => ({ title: step.id, scopes: [], ...step })),
})

/** The words of an id, each with a capital. */
const wordsOf = (id: string): string =>
  id
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])|[-_]+/gu, " ")
    .split(" ")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ")
