// What happens to the workers, and when: data that follows from a seed.

/** What can go wrong. */
export const faultKinds = [
  "worker killed",
  "worker stopped and woken",
  "worker replaced",
  "database restarted",
  "database cut off",
  "database silent",
  "Slack cut off",
  "Slack silent",
] as const
export type FaultKind = (typeof faultKinds)[number]

/** One fault. */
export interface Fault {
  readonly kind: FaultKind
  /** Seconds since the beginning of the drill. */
  readonly at: number
  /** How long it lasts, in seconds. */
  readonly lasts: number
  /**
   * Which worker it meets: planned, by how many connections they have then, from 0 for the most; done, by its place among them. With Slack,
   * which third of the workspaces.
   */
  readonly target: number
}

/** How long faults last, in seconds: the first of these, and a part of the second on top. */
export interface Durations {
  readonly stop: readonly [number, number]
  readonly away: readonly [number, number]
  readonly restart: readonly [number, number]
  /** Between the end of a fault and the next one. */
  readonly pause: readonly [number, number]
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export const randomOf = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const lengthOf = (kind: FaultKind, { stop, away, restart }: Durations): readonly [number, number] => {
  if (kind === "worker stopped and woken") return stop
  return kind === "worker killed" || kind === "worker replaced" || kind === "database restarted" ? restart : away
}

/** Each kind of fault once, one after the other, in an order of the seed, from this second on. */
export const eachOnce = (random: () => number, durations: Durations, from: number): ReadonlyArray<Fault> => {
  const within = ([least, more]: readonly [number, number]) => least + random() * more
  const order = faultKinds.map((kind) => ({ kind, place: random() })).toSorted((a, b) => a.place - b.place)
  let next = from
  return order.map(({ kind }) => {
    const at = next
    const lasts = within(lengthOf(kind, durations))
    next = at + lasts + within(durations.pause)
    return { kind, at, lasts, target: Math.floor(random() ** 2 * 3) }
  })
}

/** All kinds again and again; the last fault is over before this second. */
export const faultsUntil = (random: () => number, durations: Durations, from: number, to: number) => {
  const faults: Array<Fault> = []
  for (let next = from; ;) {
    for (const fault of eachOnce(random, durations, next)) {
      next = fault.at + fault.lasts + durations.pause[0]
      if (next > to) return faults
      faults.push(fault)
    }
  }
}
