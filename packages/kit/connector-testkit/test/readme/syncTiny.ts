import { Effect } from "effect"
import { memoryOutput, runSync } from "@rollcall/connector"
import { tiny } from "./tiny.ts"

const output = memoryOutput()
await Effect.runPromise(runSync(tiny).pipe(Effect.provide(output.layer)))
console.log(output.published()?.grants.map((grant) => grant.id))
// [ 'team:red:member:person:ada', 'team:red:member:person:bob' ]
