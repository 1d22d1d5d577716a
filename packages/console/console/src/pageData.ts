// What a page is given. Both sides import these types: the server that fills them, and the script that draws them.
import type { Role } from "./sign-in/Visitor.ts"

/** The paths of pages, by what stands there. */
export const places = { connections: "/", connection: "/connection", add: "/add", rotate: "/rotate" } as const
export type Place = keyof typeof places

/** The paths from which the script of a page fetches its data again. */
export const dataPaths = { connections: "/live", connection: "/live/connection" } as const

/** The paths that forms are sent to, by what is done there. */
export const acts = {
  pause: "/act/pause",
  resume: "/act/resume",
  "sync-now": "/act/sync-now",
  remove: "/act/remove",
  check: "/act/check",
  add: "/act/add",
  rotate: "/act/rotate",
} as const
export type Act = keyof typeof acts

export const allActs = [
  "pause",
  "resume",
  "sync-now",
  "remove",
  "check",
  "add",
  "rotate",
] as const satisfies ReadonlyArray<Act>

/** The path of the form that signs out, where a way to sign in has one. */
export const signOutPath = "/sign-out"

/** Who may do what. */
export const neededFor: Readonly<Record<Act, Role>> = {
  pause: "operator",
  resume: "operator",
  "sync-now": "operator",
  remove: "admin",
  check: "admin",
  add: "admin",
  rotate: "admin",
}

/** What every page shows around its own. */
export interface Frame {
  readonly title: string
  /** Who looks at it, in words. */
  readonly visitor: string
  /** What of all this they may do. */
  readonly may: ReadonlyArray<Act>
  readonly csrfToken: string
  /** Whether they can sign out. */
  readonly canSignOut: boolean
}

/** A connection in the list. Times are in milliseconds since the epoch. */
export interface ConnectionRow {
  readonly name: string
  readonly state: string
  readonly because?: string | undefined
  /** How far the sync is that runs. */
  readonly progress?: string | undefined
  readonly lastSync?: number | undefined
  readonly nextSync?: number | undefined
  readonly labels: string
  readonly from: "file" | "added"
  /** The worker that serves it, where several share the connections. */
  readonly servedBy?: string | undefined
}

/** A table of which the server has chosen the rows. */
export interface ShownTable {
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
  /** What is said in place of rows, or besides them. */
  readonly note?: string | undefined
}

/** One connection, and what may be asked of it. */
export interface ConnectionPage {
  readonly row: ConnectionRow
  readonly facts: ReadonlyArray<readonly [term: string, value: string]>
  readonly gaps: ReadonlyArray<string>
  readonly isPaused: boolean
  /** It was added, and can be removed here. */
  readonly isAdded: boolean
  /** The secrets that can be replaced here. */
  readonly secrets: ReadonlyArray<string>
  readonly tables: ReadonlyArray<ShownTable & { readonly id: string; readonly heading: string }>
}

/** A field of the form by which a connection is added. */
export interface FormField {
  readonly name: string
  readonly type: "secret" | "text" | "number" | "yes" | "choice"
  readonly description: string
  /** Of a `choice`: the values; the empty one leaves it unset. */
  readonly choices?: ReadonlyArray<string> | undefined
  readonly default?: string | undefined
  /** It has to be given. */
  readonly isRequired?: boolean | undefined
}

/** A connector that a connection can be added of. */
export interface FormModule {
  readonly id: string
  readonly displayName: string
  readonly fields: ReadonlyArray<FormField>
  /** Settings that the process gives each connection that is added. */
  readonly fixed: ReadonlyArray<readonly [name: string, value: string]>
}

/** The beginning of a field's name that gives a setting: `set-token`. */
export const settingPrefix = "set-"

/** What a page shows. */
export type Shown =
  | { readonly kind: "connections"; readonly rows: ReadonlyArray<ConnectionRow> }
  | { readonly kind: "connection"; readonly connection: ConnectionPage }
  | {
      readonly kind: "add"
      readonly modules: ReadonlyArray<FormModule>
      readonly fields: ReadonlyArray<FormField>
      readonly noSecrets?: string | undefined
    }
  | { readonly kind: "rotate"; readonly name: string; readonly secrets: ReadonlyArray<string> }
  | { readonly kind: "trouble"; readonly heading: string; readonly text: string }

/** A page. */
export interface ConsolePage {
  readonly frame: Frame
  readonly shown: Shown
}

/** What was found of a connection that is not added yet. */
export interface CheckAnswer {
  /** What is wrong with settings as they are given, by their names. */
  readonly wrong: Readonly<Record<string, string>>
  readonly findings: ReadonlyArray<{
    readonly check: string
    readonly state: "ok" | "note" | "missing" | "failed"
    readonly found: string
    readonly hint?: string | undefined
  }>
}

/** What comes of an act: it was done, or why not and what to do. */
export type ActAnswer =
  | { readonly done: string }
  | { readonly checked: CheckAnswer }
  | { readonly refused: { readonly message: string; readonly hint: string } }
