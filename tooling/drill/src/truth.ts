// What is true of a workspace, at the times at which it was looked at, and whether a file is true of it. A file tells of the time between
// the beginning of its sync and its end: it has what was there all that time, and nothing that was never there.
import { expectedIds, storedIds } from "@rollcall/test-kit/oracle"
import type { DrilledWorkspace } from "./workspaces.ts"

interface Snapshot {
  readonly at: number
  readonly ids: ReadonlySet<string>
}

/** The truths of a workspace, from now on. */
export const truthOf = ({ slack, hasLeases }: DrilledWorkspace) => {
  const snapshot = (): Snapshot => ({ at: Date.now(), ids: new Set(expectedIds(slack)) })
  const snapshots = [snapshot()]
  /** Only access for a time changes a workspace. */
  const look = () => {
    if (!hasLeases) return
    const now = snapshot()
    const last = snapshots.at(-1)
    if (last?.ids.size === now.ids.size && without(now.ids, last.ids).length === 0) return
    snapshots.push(now)
  }
  /** What is wrong with a file whose sync began then; nothing where it is true. */
  const wrongIn = (file: string, begun: number): string | undefined => {
    look()
    const before = snapshots.findLastIndex(({ at }) => at <= begun)
    const during = snapshots.slice(Math.max(0, before)).map(({ ids }) => ids)
    const [first = new Set<string>()] = during
    const always = [...first].filter((id) => during.every((ids) => ids.has(id)))
    const stored = new Set(storedIds(file, "newest"))
    const lacking = always.filter((id) => !stored.has(id))
    const invented = [...stored].filter((id) => !during.some((ids) => ids.has(id)))
    return lacking.length + invented.length === 0
      ? undefined
      : `${lacking.length} missing (${lacking[0] ?? ""}), ${invented.length} too many (${invented[0] ?? ""})`
  }
  return { look, wrongIn }
}

const without = (ids: ReadonlySet<string>, others: ReadonlySet<string>) => [...ids].filter((id) => !others.has(id))
