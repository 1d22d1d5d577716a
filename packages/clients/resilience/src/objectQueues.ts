// One call at a time per object, for servers that refuse a second change while the first is still being written.
import { Effect, Semaphore } from "effect"

interface Queue {
  /** Calls that run or wait. A queue without any is forgotten, so that memory does not grow with the objects. */
  calls: number
  readonly front: Semaphore.Semaphore
}

/** Queues by the name of an object. */
export const makeObjectQueues = () => {
  const queues = new Map<string, Queue>()

  const enter = (object: string): Queue => {
    const queue = queues.get(object) ?? { calls: 0, front: Semaphore.makeUnsafe(1) }
    queue.calls += 1
    queues.set(object, queue)
    return queue
  }

  const leave = (object: string, queue: Queue) =>
    Effect.sync(() => {
      queue.calls -= 1
      if (queue.calls === 0) queues.delete(object)
    })

  return {
    /** Runs when every call that came before for the same object has ended, in whatever way. */
    oneAtATime: <A, E, R>(object: string, call: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
      Effect.acquireUseRelease(
        Effect.sync(() => enter(object)),
        ({ front }) => front.withPermit(call),
        (queue) => leave(object, queue),
      ),
    /** Objects that calls run or wait for. */
    size: () => queues.size,
  }
}
