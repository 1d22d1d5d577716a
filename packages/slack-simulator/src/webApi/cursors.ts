// Cursors: base64 of where the next page starts, as Slack's are (`dXNlcjpVMDYxTkZUVDI=` is `user:U061NFTT2`). They end
// with `=`, so that a client which does not percent-encode them is found out. Opaque to clients; a cursor of another
// workspace, another method or before an expiry is taken for what it is: invalid.
import type { Workspace } from "../Workspace.ts"

export interface Cursors {
  /** The cursor of the page that starts at a member. `hop` tells apart cursors of the same start, after empty pages. */
  readonly toMember: (position: number, hop?: number) => string
  /** Where a cursor leads; undefined when it is not one of ours, or has expired. */
  readonly read: (cursor: string) => { readonly position: number; readonly hop: number } | undefined
  /** Makes every cursor given so far invalid. */
  readonly expire: () => void
}

const pattern = /^user:(.+):(\d{1,9}):(\d{1,9}):(\d{1,9})=?$/s

/** The cursors of one simulator. */
export const makeCursors = (workspace: Workspace): Cursors => {
  let age = 0
  return {
    toMember: (position, hop = 0) => {
      const text = `user:${workspace.memberId(position)}:${position}:${age}:${hop}`
      // Base64 pads with `=` unless the bytes come in threes.
      return Buffer.from(Buffer.byteLength(text) % 3 === 0 ? `${text}=` : text).toString("base64")
    },
    read: (cursor) => {
      const text = Buffer.from(cursor, "base64").toString("utf8")
      const parts = pattern.exec(text)
      if (parts === null || Buffer.from(text).toString("base64") !== cursor) return undefined
      const [position, bornAt, hop] = [Number(parts[2]), Number(parts[3]), Number(parts[4])]
      if (bornAt !== age || position >= workspace.memberCount) return undefined
      return workspace.memberId(position) === parts[1] ? { position, hop } : undefined
    },
    expire: () => {
      age += 1
    },
  }
}
