#!/usr/bin/env node
// The entry of the `rollcall` command: the bundle that runs, and what can be answered before any of it is loaded.
import { userFolder } from "@rollcall/config/user-folder"
import { answer, give, screenOf } from "@rollcall/host/answers"
import { useCompileCache } from "@rollcall/host/compile-cache"
import { mayNameConnector, nodeProblem, openBundle } from "@rollcall/host/open-bundle"

const args = process.argv.slice(2)
const invocation = { args, environment: process.env, userFolder: userFolder(process.env) }

const start = async (): Promise<unknown> => {
  const problem = nodeProblem(process.versions.node)
  if (problem !== undefined) return give({ out: "", err: problem, code: 78 })
  const open = openBundle(import.meta.url, invocation)
  if (open !== undefined) return import(open)
  const found = mayNameConnector(invocation)
    ? undefined
    : answer(new URL("./answers/", import.meta.url), args, screenOf(process.stdout))
  if (found !== undefined) return give(found)
  useCompileCache(import.meta.url)
  return import("./run.ts")
}

await start()
