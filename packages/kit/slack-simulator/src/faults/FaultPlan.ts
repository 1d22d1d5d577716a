// The faults that were asked for, and which of them a call shows.
import type { Fault, FaultKind } from "./Fault.ts"

export interface FaultPlan {
  readonly add: (faults: ReadonlyArray<Fault>) => void
  readonly clear: () => void
  /** Those that have not shown as often as they were to. */
  readonly pending: () => ReadonlyArray<Fault>
  /** Counts a call of a method, and gives the faults that it shows, in the order in which they were asked for. */
  readonly next: (method: string) => ReadonlyArray<FaultKind>
}

/** A plan with these faults in it. Each counts the calls of its method by itself, from when it was given. */
export const makeFaultPlan = (initial: ReadonlyArray<Fault>): FaultPlan => {
  const planned: Array<{ readonly fault: Fault; seen: number }> = []
  const add = (faults: ReadonlyArray<Fault>) => {
    planned.push(...faults.map((fault) => ({ fault, seen: 0 })))
  }
  add(initial)
  const lastCall = ({ call = 1, times = 1 }: Fault) =>
    times === "always" ? Number.POSITIVE_INFINITY : call + times - 1
  return {
    add,
    clear: () => {
      planned.length = 0
    },
    pending: () => planned.filter(({ fault, seen }) => seen < lastCall(fault)).map(({ fault }) => fault),
    next: (method) => {
      const shown: Array<FaultKind> = []
      for (const entry of planned) {
        if (entry.fault.method !== "*" && entry.fault.method !== method) continue
        entry.seen += 1
        if (entry.seen >= (entry.fault.call ?? 1) && entry.seen <= lastCall(entry.fault)) shown.push(entry.fault.fault)
      }
      return shown
    },
  }
}
