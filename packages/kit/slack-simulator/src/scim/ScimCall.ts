// One SCIM call as its answering function sees it, and what that function may answer.
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import type { PageSpoiler } from "../webApi/PageSpoiler.ts"
import type { JsonObject } from "./json.ts"
import type { ScimErrorCode } from "./scimError.ts"
import type { ScimVersion } from "./schemas.ts"
import type { Accounts } from "./writes/Accounts.ts"
import type { Groups } from "./writes/Groups.ts"

export interface ScimCall {
  readonly version: ScimVersion
  /** The id in the path; empty without one. */
  readonly id: string
  readonly query: URLSearchParams
  /** The request's JSON object, extensions under the names of v2; empty for calls without a body. */
  readonly body: JsonObject
  readonly settings: SimulatorSettings
  readonly spoiler: PageSpoiler
  readonly accounts: Accounts
  readonly groups: Groups
  /** Milliseconds of the clock. */
  readonly now: number
}

/** The body is JSON text: a page of a thousand accounts is not built as objects. 204 has none. */
export type ScimAnswer =
  | { readonly ok: true; readonly status: 200 | 201; readonly body: string }
  | { readonly ok: true; readonly status: 204 }
  | { readonly ok: false; readonly error: ScimErrorCode }

export const refused = (error: ScimErrorCode): ScimAnswer => ({ ok: false, error })
export const noContent: ScimAnswer = { ok: true, status: 204 }
