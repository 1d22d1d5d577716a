// The store that lives in memory keeps the contract of stores.
import { memoryOutput } from "@rollcall/connector"
import { Effect } from "effect"
import { storeContract } from "../src/index.ts"

storeContract({ name: "memory", output: Effect.sync(() => memoryOutput().layer) })
