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
  /** The path of the form that signs out. */
  readonly signOut?: string | undefined
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

/** What a page shows. */
export type Shown =
  | { readonly kind: "connections"; readonly rows: ReadonlyArray<ConnectionRow> }
  | { readonly kind: "trouble"; readonly heading: string; readonly text: string }

/** A page. */
export interface ConsolePage {
  readonly frame: Frame
  readonly shown: Shown
}

/** What comes of an act: it was done, or why not and what to do. */
export type ActAnswer =
  | { readonly done: string; readonly next?: { readonly place: Place; readonly query: string } | undefined }
  | { readonly refused: { readonly message: string; readonly hint: string } }
