// The times that say how soon another worker takes over. Tests make them shorter.
import { Context, Duration } from "effect"

/** When a worker that is silent has lost its connections, and how often one that lives says so. */
export const ClusterTimes = Context.Reference("@rollcall/worker/ClusterTimes", {
  defaultValue: () => ({ lockExpires: Duration.seconds(35), lockRefreshed: Duration.seconds(10) }),
})

/** How long a worker may stall, while the database answers, before it ends. */
export const StallPatience = Context.Reference<Duration.Duration>("@rollcall/worker/StallPatience", {
  defaultValue: () => Duration.minutes(3),
})
