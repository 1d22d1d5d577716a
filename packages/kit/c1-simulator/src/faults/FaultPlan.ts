// The faults that were asked for, and which of them a call shows.
import type { Fault, FaultKind } from "./Fault.ts"

export interface FaultPlan {
  readonly add: (faults: ReadonlyArray<Fault>) => void
  readonly clear: () => void
  /** Counts a call of a method, and gives the faults that it shows. */
  readonly next: (method: string) => CallFaults
}

/** The faults of one call. */
export interface CallFaults {
  /** The first fault of that kind, if the call shows one. */
  readonly find: <K extends FaultKind["kind"]>(kind: K) => Extract<FaultKind, { kind: K }> | undefined
}

/** A plan with these faults in it. Each counts the calls of its method by itself, from when it was given. */
export const makeFaultPlan = (initial: ReadonlyArray<Fault>): FaultPlan => {
  let planned: Array<{ readonly fault: Fault; readonly from: number; readonly until: number; seen: number }> = []
  const add = (faults: ReadonlyArray<Fault>) => {
    for (const fault of faults) {
      const { call: from = 1, times = 1 } = fault
      planned.push({ fault, from, until: times === "always" ? Number.POSITIVE_INFINITY : from + times, seen: 0 })
    }
  }
  add(initial)
  return {
    add,
    clear: () => {
      planned = []
    },
    next: (method) => {
      const concerned = planned.filter(
        ({ fault }) => fault.method === method || (fault.method === "*" && method !== "token"),
      )
      for (const entry of concerned) entry.seen += 1
      const shown = concerned.filter(({ seen, from, until }) => seen >= from && seen < until)
      return {
        find: <K extends FaultKind["kind"]>(kind: K) =>
          shown
            .map((entry) => entry.fault.fault)
            .find((fault): fault is Extract<FaultKind, { kind: K }> => fault.kind === kind),
      }
    },
  }
}
