// What a running sync tells those who watch it. Events carry numbers, ids of steps and sentences about them, never records.
import { Context, Effect } from "effect"
import type { Announced, Step, Tenant, Warning } from "./Connector.ts"
import type { Coverage, Gap } from "./Coverage.ts"
import type { OpenSync, PublishedSync } from "./SyncStore.ts"

/** Something that happened in a sync. */
export type SyncEvent =
  | {
      readonly _tag: "SyncOpened"
      readonly tenant: Tenant
      readonly sync: Pick<OpenSync, "syncId" | "resumed" | "restartReason">
      /** The steps that will run, and what people call them. */
      readonly steps: ReadonlyArray<Pick<Step, "id" | "title">>
    }
  | { readonly _tag: "StepStarted"; readonly step: string; readonly title: string; readonly resumed: boolean }
  | {
      readonly _tag: "PageCommitted"
      readonly step: string
      readonly pages: number
      readonly records: number
      /** Where the system announces how long the list is. */
      readonly announced?: Announced | undefined
    }
  | { readonly _tag: "StepRestarted"; readonly step: string; readonly because: string }
  | { readonly _tag: "StepEnded"; readonly step: string; readonly pages: number; readonly records: number }
  | { readonly _tag: "GapFound"; readonly step: string; readonly gap: Gap }
  | { readonly _tag: "Warned"; readonly step?: string; readonly warning: Warning }
  | { readonly _tag: "Publishing" }
  | { readonly _tag: "Published"; readonly sync: PublishedSync; readonly coverage: ReadonlyArray<Coverage> }

/** Who is told of events; nobody by default. */
export const SyncEvents = Context.Reference<(event: SyncEvent) => Effect.Effect<void>>(
  "@rollcall/connector/SyncEvents",
  { defaultValue: () => () => Effect.void },
)
