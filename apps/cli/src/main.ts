#!/usr/bin/env node
// The entry of the `rollcall` command. Wiring only.
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Layer } from "effect"
import { rollcall } from "./rollcall.ts"
import { runProcess } from "./runProcess.ts"
import { Screen } from "./Screen.ts"

runProcess(rollcall(process.argv.slice(2)), Layer.mergeAll(NodeServices.layer, Screen.layer))
