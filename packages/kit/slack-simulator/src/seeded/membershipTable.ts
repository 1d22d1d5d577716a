// Which groups a member is in: the membership lists of all groups turned around, as two arrays of whole numbers.

/** Groups by member index, ascending. The table is made at the first question. */
export const membershipTable = (
  members: number,
  groups: number,
  membersOf: (group: number) => ReadonlyArray<number | "ghost">,
): ((index: number) => ReadonlyArray<number>) => {
  let table: { readonly starts: Uint32Array; readonly entries: Uint32Array } | undefined
  const made = () => {
    const starts = new Uint32Array(members + 1)
    for (let group = 0; group < groups; group++) {
      for (const index of membersOf(group)) if (index !== "ghost") starts[index + 1]! += 1
    }
    for (let index = 0; index < members; index++) starts[index + 1]! += starts[index]!
    const entries = new Uint32Array(starts[members]!)
    const filled = starts.slice()
    for (let group = 0; group < groups; group++) {
      for (const index of membersOf(group)) {
        if (index === "ghost") continue
        entries[filled[index]!] = group
        filled[index]! += 1
      }
    }
    return { starts, entries }
  }
  return (index) => {
    if (index >= members) return []
    table ??= made()
    return [...table.entries.subarray(table.starts[index], table.starts[index + 1])]
  }
}
