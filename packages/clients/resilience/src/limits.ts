// Which call goes out when. A call stands under several limits at once, such as that of its kind and that of the whole
// organisation, and goes when all of them let it. Budgets and cooldowns are kept in the `LimitStore`: in this process, unless
// another layer shares it between several. The queue and the counts of each key are this process's own.
import { Context, Effect, Semaphore } from "effect"
import type { Budget } from "./Budget.ts"
import type { LimitStore, StoredLimit } from "./LimitStore.ts"

/** What a call waits for. */
export type WaitReason = "budget" | "cooldown" | "retry"

/** A wait that begins now. */
export interface CallWait {
  readonly key: string
  readonly reason: WaitReason
  /** Until the call goes on, as far as is known now. */
  readonly millis: number
}

/**
 * Called at the beginning of every wait, so that progress can show "waiting for a rate limit, 12 s" and metrics can count it;
 * does nothing by default.
 */
export const CallWaits = Context.Reference<(wait: CallWait) => Effect.Effect<void>>("@rollcall/resilience/CallWaits", {
  defaultValue: () => () => Effect.void,
})

/** A limit that a call stands under. Calls of one key share a budget and a cooldown. */
export interface Limit {
  readonly key: string
  readonly budget: Budget
  /** The system counts it for all accounts of an organisation together. */
  readonly isWide?: boolean | undefined
}

/** Whose calls they are, in the system. */
export interface LimitAccount {
  /** The id of the account that limits are counted for, such as a workspace. */
  readonly id: string
  /** That of the organisation that the account belongs to with others. */
  readonly organisation?: string | undefined
}

/**
 * Whose calls go out, where the store of limits serves several accounts: those of one account spend its budgets together, whichever client
 * sends them. Until it is known, and by default, there is one account without a name.
 */
export const CurrentAccount = Context.Reference<() => LimitAccount | undefined>("@rollcall/resilience/CurrentAccount", {
  defaultValue: () => () => undefined,
})

/**
 * All limits of a call, each key once and the narrowest first, in the same order for every call: whoever waits for a narrow
 * one then holds up none that share only a wide one.
 */
export type Limits = readonly [Limit, ...ReadonlyArray<Limit>]

/** What has happened on a key so far. */
export interface KeyState {
  readonly key: string
  /** Calls sent, retries included. */
  readonly calls: number
  /** How often the other side asked for a pause. */
  readonly throttled: number
  /** Milliseconds that calls have waited, by reason. */
  readonly waitedMillis: Readonly<Record<WaitReason, number>>
  /** Milliseconds that the key is still to rest; 0 where it does not. */
  readonly cooldownMillis: number
}

interface Key {
  calls: number
  throttled: number
  readonly waitedMillis: Record<WaitReason, number>
  readonly isWide: boolean
  /** One call at a time stands in front; the others queue behind it in the order in which they came. */
  readonly front: Semaphore.Semaphore
}

const ownerOf = (isWide: boolean, account: LimitAccount | undefined): string | undefined =>
  isWide ? (account?.organisation ?? account?.id) : account?.id

const storedName = (name: string, isWide: boolean, account: LimitAccount | undefined): string => {
  const owner = ownerOf(isWide, account)
  return owner === undefined ? name : `${owner} ${name}`
}

const namesOf = (limits: ReadonlyArray<Limit>) => limits.map(({ key }) => key)

/** Limits over a store, with no call yet. */
export const makeLimits = (store: LimitStore["Service"]) => {
  const keys = new Map<string, Key>()

  const keyOf = (name: string, isWide = false): Key => {
    const known = keys.get(name)
    if (known !== undefined) return known
    const key: Key = {
      isWide,
      calls: 0,
      throttled: 0,
      waitedMillis: { budget: 0, cooldown: 0, retry: 0 },
      front: Semaphore.makeUnsafe(1),
    }
    keys.set(name, key)
    return key
  }

  /** The limits by the names that they have among those of other accounts. */
  const stored = (limits: ReadonlyArray<Limit>) =>
    Effect.map(CurrentAccount, (current) => {
      const account = current()
      return limits.map(({ key, budget, isWide = false }): StoredLimit => {
        return { key: storedName(key, isWide, account), owner: ownerOf(isWide, account), budget }
      })
    })

  const waitFor = Effect.fnUntraced(function* (name: string, reason: WaitReason, millis: number) {
    yield* (yield* CallWaits)({ key: name, reason, millis })
    keyOf(name).waitedMillis[reason] += millis
    yield* Effect.sleep(millis)
  })

  /** What the call waits for; nothing if all of the limits let it go, and then each of them is paid if it `goes`. */
  const look = (limits: ReadonlyArray<Limit>, goes: boolean) =>
    Effect.flatMap(stored(limits), (all) => store.take(all, goes))

  /** Waits in front of the limits up to `last`, then queues for the next one; behind the last one the call goes. */
  const inFront = Effect.fnUntraced(function* (limits: Limits, last: number): Effect.fn.Return<void> {
    const goes = last === limits.length - 1
    // A cooldown can begin or grow while the call in front sleeps: only a look after the sleep lets it go.
    while (true) {
      const wait = yield* look(limits.slice(0, last + 1), goes)
      if (wait === undefined) break
      yield* waitFor(limits[wait.at]?.key ?? limits[0].key, wait.because, wait.millis)
    }
    if (!goes) return yield* queue(limits, last + 1)
    for (const name of namesOf(limits)) keyOf(name).calls += 1
  })

  const queue = (limits: Limits, index: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      const limit = limits[index]
      return limit === undefined ? Effect.void : keyOf(limit.key, limit.isWide).front.withPermit(inFront(limits, index))
    })

  /** Ends when the call may go out. */
  const acquire = (limits: Limits) => queue(limits, 0)

  /** No call under any of the limits for this long. */
  const coolDown = Effect.fnUntraced(function* (limits: Limits, millis: number) {
    yield* store.coolDown(yield* stored(limits), millis)
    for (const name of namesOf(limits)) keyOf(name).throttled += 1
  })

  const state = Effect.gen(function* () {
    const account = (yield* CurrentAccount)()
    return yield* Effect.forEach(keys, ([key, { calls, throttled, waitedMillis, isWide }]) =>
      Effect.map(store.restMillis(storedName(key, isWide, account)), (cooldownMillis): KeyState => ({
        key,
        calls,
        throttled,
        waitedMillis: { ...waitedMillis },
        cooldownMillis,
      })),
    )
  })

  return { waitFor, acquire, coolDown, state }
}
