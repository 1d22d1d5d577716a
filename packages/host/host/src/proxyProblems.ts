// The proxy of the environment is a setting like any other: one that cannot be used is told with the others, before any call.
import type { ConfigProblem } from "@rollcall/config"
import { proxyProblem } from "@rollcall/api-client"

/** What is wrong with the proxy that this process's environment names. */
export const proxyProblems = (): ReadonlyArray<ConfigProblem> => {
  const problem = proxyProblem(process.env)
  return problem === undefined ? [] : [{ reason: "Invalid", ...problem }]
}
