// Entitlements with the number of those who hold them, as the demo shows them.
import type { AccessReader } from "@rollcall/access"
import { Effect, Stream } from "effect"
import type { Listing } from "@rollcall/access/render"

/** An entitlement and how many hold it. */
export interface Held {
  readonly name: string
  readonly entitlement: string
  readonly holders: number
}

/** The entitlements on resources of a type, with how many hold each. */
export const holdersOf = (access: AccessReader, resourceType: string) =>
  access.entitlements({ resourceType }).pipe(
    Stream.mapEffect(({ id, resource }) =>
      Effect.map(Stream.runCount(access.grants({ entitlement: id })), (holders): Held => ({
        name: resource.displayName,
        entitlement: id,
        holders,
      })),
    ),
    Stream.runCollect,
  )

/** How they are printed. */
export const heldListing: Listing<Held> = {
  name: "entitlements",
  columns: [
    { title: "Name", value: (held) => held.name },
    { title: "Held by", value: (held) => String(held.holders) },
    { title: "Entitlement", value: (held) => held.entitlement },
  ],
  json: Effect.succeed,
}
