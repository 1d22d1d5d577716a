// The store that ends in a file keeps the contract of stores.
import { storeContract } from "@rollcall/connector-testkit"
import { Effect } from "effect"
import { workStoreLayer } from "../../src/WorkStore.ts"
import { freshOutput } from "./written.ts"

storeContract({ name: "file", output: Effect.map(freshOutput, (output) => workStoreLayer({ output })) })
