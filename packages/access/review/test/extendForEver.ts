// A process that appends to the log of a campaign until it is killed: `<folder>`. It says each line that it has appended.
import { Effect } from "effect"
import { extendCampaign } from "../src/index.ts"

const [path = ""] = process.argv.slice(2)

await Effect.runPromise(
  Effect.forever(
    Effect.andThen(
      extendCampaign(path, "2027-01-31", "x".repeat(100_000)),
      Effect.sync(() => process.stdout.write("appended\n")),
    ),
  ),
)
