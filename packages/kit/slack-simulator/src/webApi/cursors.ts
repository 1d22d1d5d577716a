// Cursors: base64 of where the next page starts, as Slack's are (`dXNlcjpVMDYxTkZUVDI=` is `user:U061NFTT2`). They end
// with `=`, so that a client which does not percent-encode them is found out. Opaque to clients; a cursor of another
// workspace, another method or before an expiry is taken for what it is: invalid.
import type { Workspace } from "../Workspace.ts"

export interface Cursors {
  /** The cursor of the page that starts at a member. `hop` tells apart cursors of the same start, after empty pages. */
  readonly toMember: (position: number, hop?: number) => string
  /** Where a cursor leads; undefined when it is not one of ours, or has expired. */
  readonly read: (cursor: string) => { readonly position: number; readonly hop: number } | undefined
  /** The cursor of the page of another list that starts at a position, and where such a cursor leads. */
  readonly toOffset: (list: string, position: number) => string
  readonly readOffset: (list: string, cursor: string) => number | undefined
  /** Makes every cursor given so far invalid. */
  readonly expire: () => void
}

const pattern = /^user:(.+):(\d{1,9}):(\d{1,9}):(\d{1,9})=?$/s

/** Base64 pads with `=` unless the bytes come in threes. */
const encoded = (text: string): string =>
  Buffer.from(Buffer.byteLength(text) % 3 === 0 ? `${text}=` : text).toString("base64")

const decoded = (cursor: string): string | undefined => {
  const text = Buffer.from(cursor, "base64").toString("utf8")
  return Buffer.from(text).toString("base64") === cursor ? text : undefined
}

/** The cursors of one workspace. */
export const makeCursors = (workspace: Workspace): Cursors => {
  let age = 0
  return {
    toMember: (position, hop = 0) => encoded(`user:${workspace.memberId(position)}:${position}:${age}:${hop}`),
    read: (cursor) => {
      const parts = pattern.exec(decoded(cursor) ?? "")
      if (parts === null) return undefined
      const [position, bornAt, hop] = [Number(parts[2]), Number(parts[3]), Number(parts[4])]
      if (bornAt !== age || position >= workspace.memberCount) return undefined
      return workspace.memberId(position) === parts[1] ? { position, hop } : undefined
    },
    toOffset: (list, position) => encoded(`${list}:${position}:${age}`),
    readOffset: (list, cursor) => {
      const [name, position, bornAt, more] = decoded(cursor)?.replace(/=$/, "").split(":") ?? []
      if (name !== list || bornAt !== String(age) || more !== undefined) return undefined
      return /^\d{1,9}$/.test(position ?? "") ? Number(position) : undefined
    },
    expire: () => {
      age += 1
    },
  }
}
