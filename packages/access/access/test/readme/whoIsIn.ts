import { grantListing, openAccess, refuseUnknown } from "@rollcall/access"
import { renderListing } from "@rollcall/access/render"
import { Console, Effect, Stream } from "effect"

const [file = "sync.c1z", resourceType = "userGroup"] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const access = yield* openAccess(file)
  // With a typing mistake in the type, no grants would look like an answer.
  yield* refuseUnknown(access, { resourceType })
  const grants = access.grants({ resourceType })
  yield* Stream.runForEach(grants, ({ principal, entitlement, resource, reason }) => {
    const why = reason.direct ? "" : ` through ${reason.through.join(", ")}`
    return Console.log(`${principal.displayName} is ${entitlement.slug} of ${resource.displayName}${why}`)
  })
  yield* Stream.runForEach(renderListing(grantListing, grants, { format: "markdown" }), (text) => Console.log(text))
})

await Effect.runPromise(Effect.scoped(program))
