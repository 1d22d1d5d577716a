// One call of a Web API method as its answering function sees it, and what that function may answer.
import type { SimulatorSettings } from "../SimulatorOptions.ts"
import type { Workspace } from "../Workspace.ts"
import type { Arguments } from "./readRequest.ts"
import type { Cursors } from "./cursors.ts"
import type { PageSpoiler } from "./PageSpoiler.ts"
import type { Token } from "./tokens.ts"

export interface Call {
  readonly args: Arguments
  /** Undefined for methods that need none. */
  readonly token: Token | undefined
  /** The workspace that the call is about. */
  readonly workspace: Workspace
  /** Every workspace that the token's installation covers. */
  readonly workspaces: ReadonlyArray<Workspace>
  readonly settings: SimulatorSettings
  readonly cursors: Cursors
  readonly spoiler: PageSpoiler
}

/**
 * What a method answers: the members of the JSON object as text, without braces (a page of a thousand members is not
 * parsed or built as objects), or an error code of Slack's.
 */
export type Answer =
  | { readonly ok: true; readonly members: string; readonly nextCursor?: string }
  | { readonly ok: false; readonly error: string; readonly members?: string }

/** The organisation of a workspace that is part of one. */
export const enterpriseId = "E0SIMULATED"

export const refusal = (error: string): Answer => ({ ok: false, error })

/** Whether a boolean argument is set: `true` and `1` are, as Slack's own SDKs send both. */
export const isSet = (args: Arguments, name: string): boolean => ["true", "1"].includes(args.get(name) ?? "")
