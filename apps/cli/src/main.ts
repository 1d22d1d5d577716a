#!/usr/bin/env node
// The entry of the `rollcall` command. Wiring only.
import * as NodeServices from "@effect/platform-node/NodeServices"
import { nodeProblem, openBundle } from "@rollcall/host/open-bundle"
import { Layer } from "effect"
import { exitCodes } from "@rollcall/connector"
import { rollcall } from "./rollcall.ts"
import { runProcess } from "./runProcess.ts"
import { Screen } from "./Screen.ts"

const args = process.argv.slice(2)
const open = openBundle(import.meta.url, { args, environment: process.env })
const problem = nodeProblem(process.versions.node)
if (problem !== undefined) {
  process.stderr.write(problem)
  process.exitCode = exitCodes.configuration
} else if (open === undefined) runProcess(rollcall(args), Layer.mergeAll(NodeServices.layer, Screen.layer))
else await import(open)
