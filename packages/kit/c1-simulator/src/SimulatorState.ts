// What the parts of a running simulator share.
import type { AccessTokens } from "./credentials/AccessTokens.ts"
import type { KnownClient } from "./credentials/checkTokenRequest.ts"
import type { FaultPlan } from "./faults/FaultPlan.ts"
import type { Journal } from "./Journal.ts"
import type { C1Settings } from "./C1Options.ts"
import type { TaskBook } from "./TaskBook.ts"

export interface SimulatorState {
  readonly settings: C1Settings
  readonly client: KnownClient
  readonly tokens: AccessTokens
  readonly faults: FaultPlan
  readonly journal: Journal
  readonly tasks: TaskBook
  /** The folder of uploaded assets. */
  readonly assets: string
  /** Counts a call, refused ones included. */
  readonly count: (name: string) => void
}
