// Preloaded into a measured program: as it exits, writes its peak resident set in kilobytes to file descriptor 3.
import { writeSync } from "node:fs"

process.on("exit", () => {
  writeSync(3, String(process.resourceUsage().maxRSS))
})
