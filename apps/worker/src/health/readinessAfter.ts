// How what happens between the worker and ConductorOne changes whether it is ready.
import type { C1Event } from "@rollcall/c1-tasks"
import { sentenceOf } from "@rollcall/connector"
import { Effect } from "effect"
import type { Readiness } from "./Readiness.ts"

/** Ready once ConductorOne has taken the first hello. */
export const readinessAfter = ({ set }: Readiness["Service"], event: C1Event): Effect.Effect<void> => {
  switch (event._tag) {
    case "HelloAccepted":
      return event.taskId === undefined ? set({ _tag: "Ready" }) : Effect.void
    case "HelloFailed":
      return event.taskId === undefined ? set({ _tag: "Starting", because: sentenceOf(event.error) }) : Effect.void
    default:
      return Effect.void
  }
}
