// A whole sync with limits off: the bundled command against a simulated Slack in a process of its own, from the start of
// the command to the finished file. Where others use the machine too, the processor time tells more than the time.
import { join } from "node:path"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect } from "effect"
import { bundledCommand } from "./bundle.ts"
import type { Figure } from "./Figure.ts"
import { measureNode } from "./measuredProcess.ts"
import type { WorkspaceSize } from "./simulatedProcesses.ts"
import { startSimulatedSlack } from "./simulatedProcesses.ts"

/** A workspace's size, and what a sync of it may take. */
export interface SyncBounds extends WorkspaceSize {
  readonly mostSeconds?: number
  readonly mostMegabytes: number
}

/** Time, processor time and peak memory of one sync. */
export const syncFigures = Effect.fnUntraced(function* (bounds: SyncBounds) {
  const command = bundledCommand()
  const folder = yield* scratchFolder("bench")
  const { plan, users } = bounds
  const slack = yield* startSimulatedSlack(command, bounds)
  const { milliseconds, processorMilliseconds, peakMegabytes } = yield* Effect.promise(() =>
    measureNode([command, "sync", "--quiet", "--file", join(folder, "sync.c1z")], {
      BATON_TOKEN: slack.botToken,
      BATON_BASE_URL: slack.webApiUrl,
      BATON_RATE_LIMITS: "off",
      ...(plan === "pro" ? {} : { BATON_BUSINESS_PLUS_TOKEN: slack.userToken, BATON_SCIM_BASE_URL: slack.scimUrl }),
    }),
  )
  const workspace = `limits off, ${plan === "pro" ? "" : "Business+, "}${users.toLocaleString("en")} people`
  const figures: ReadonlyArray<Figure> = [
    {
      name: `time, ${workspace}`,
      measured: milliseconds / 1000,
      unit: "s",
      ...(bounds.mostSeconds === undefined ? {} : { atMost: bounds.mostSeconds }),
    },
    { name: `processor time, ${workspace}`, measured: processorMilliseconds / 1000, unit: "s" },
    { name: `peak memory, ${workspace}`, measured: peakMegabytes, unit: "MB", atMost: bounds.mostMegabytes },
  ]
  return figures
}, Effect.scoped)
