// One call at a time per object, for servers that refuse a second change while the first is still being written.
import { Effect, RcMap, Scope, Semaphore } from "effect"

/** A mutex by name. One that nobody holds or waits for is forgotten, so that memory does not grow with the objects. */
export const makeKeyedMutex = Effect.gen(function* () {
  const mutexes = yield* RcMap.make({ lookup: (_name: string) => Semaphore.make(1) })
  return {
    /** Runs once every effect that came before under the same name has ended, in whatever way. */
    withMutex: <A, E, R>(name: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.scopedWith((scope) =>
        Effect.flatMap(Scope.provide(RcMap.get(mutexes, name), scope), (mutex) => mutex.withPermit(effect)),
      ),
    /** The names that somebody holds or waits for. */
    names: RcMap.keys(mutexes),
  }
})
