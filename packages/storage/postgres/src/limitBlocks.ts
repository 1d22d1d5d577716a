// What this replica may spend of limits by itself. A block is a stretch of time in which nobody else calls; what is not spent of it lapses
// when the time is over. Times are milliseconds by the clock of the database.
import type { Pace, StoredLimit } from "@rollcall/resilience"
import { burstOf, intervalOf, neverCalled, resting } from "@rollcall/resilience"

/** The row of a limit, after a block was taken from it. */
export interface TakenBlock {
  readonly key: string
  readonly begins: number
  readonly ends: number
  readonly cooldown: number
  readonly rate: number | null
  readonly refused: boolean
  readonly now: number
}

/** What is left of a block: from where it is spent to where it ends. */
export interface GivenUp {
  readonly key: string
  readonly spent: number
  readonly until: number
}

interface Block {
  readonly limit: StoredLimit
  pace: Pace
  /** What is spent is paid for before this. */
  until: number
  usedAt: number
}

/** How long a block is at most, in milliseconds of the system's limits: whoever takes over from a replica that was lost waits for its end. */
const blockMillis = 36_000
/** How many calls a block has at most, so that blocks of limits that let many calls go are over soon. */
const blockCalls = 60
/** Limits of an owner that was called within this time are taken along when it is called again. */
const rememberedMillis = 24 * 3_600_000
/** What sums of fractions may be off by, in milliseconds. */
const rounding = 1e-3

/**
 * The stretch of a block, in milliseconds: whole calls, and a little for a call that is late. Where a system allows many calls at once,
 * half of them, so that another replica has the other half.
 */
export const stretchOf = ({ budget }: Pick<StoredLimit, "budget">): number => {
  const interval = intervalOf(budget)
  if (interval === 0) return 0
  const calls = Math.min(blockCalls, Math.floor(blockMillis / (budget.speed ?? 1) / interval))
  const most = burstOf(budget) < 20 ? calls : Math.min(calls, Math.floor(burstOf(budget) / 2))
  return Math.max(1, most) * interval + Math.min(interval / 2, 1000)
}

/** The blocks of this replica; none at first. */
export const limitBlocks = () => {
  const blocks = new Map<string, Block>()
  const paceOf = (key: string) => blocks.get(key)?.pace ?? neverCalled

  /** Whether a block has room for another call. */
  const fits = ({ key, budget }: StoredLimit, now: number): boolean => {
    const { pace, until } = blocks.get(key) ?? { pace: neverCalled, until: Number.NEGATIVE_INFINITY }
    const interval = intervalOf(budget) / (budget.climb === undefined ? 1 : (pace.rate ?? 1))
    return Math.max(pace.paidUntil, now) + interval <= until + rounding
  }

  /** Those without room; and those that the calls to come will need: of the same owner, in use, or all of them where it begins. */
  const lapsed = (limits: ReadonlyArray<StoredLimit>, now: number): ReadonlyArray<StoredLimit> => {
    const needed = limits.filter((limit) => !fits(limit, now))
    const owner = needed[0]?.owner
    if (owner === undefined) return needed
    const own = [...blocks.values()].filter(({ limit }) => limit.owner === owner && intervalOf(limit.budget) > 0)
    const begins = own.every(({ limit }) => !fits(limit, now))
    const more = own.filter(({ limit, usedAt }) => {
      const lately = begins ? rememberedMillis : blockMillis / (limit.budget.speed ?? 1)
      return now - usedAt <= lately && !fits(limit, now) && needed.every(({ key }) => key !== limit.key)
    })
    return [...needed, ...more.map(({ limit }) => limit)]
  }

  const rest = (key: string, resumes: number): void => {
    const block = blocks.get(key)
    if (block !== undefined) block.pace = resting(block.limit.budget, block.pace, resumes)
  }

  const put = (limit: StoredLimit, { begins, ends, cooldown, rate, refused }: TakenBlock): void => {
    const before = blocks.get(limit.key)
    // Nobody has called in between: it is the same block, now longer.
    const goesOn = before !== undefined && Math.abs(before.until - begins) < rounding
    const paidUntil = goesOn ? before.pace.paidUntil : begins
    blocks.set(limit.key, {
      limit,
      pace: { paidUntil, cooldownUntil: cooldown, refused, rate: rate ?? undefined },
      until: intervalOf(limit.budget) === 0 ? Number.POSITIVE_INFINITY : ends,
      usedAt: before?.usedAt ?? Number.NEGATIVE_INFINITY,
    })
    // What was told while the row was on its way.
    if (before !== undefined && before.pace.cooldownUntil > cooldown) rest(limit.key, before.pace.cooldownUntil)
  }

  const pay = (paid: ReadonlyArray<readonly [key: string, pace: Pace]>, now: number): void => {
    for (const [key, pace] of paid) {
      const block = blocks.get(key)
      if (block !== undefined) Object.assign(block, { pace, usedAt: now })
    }
  }

  /** Ends all blocks where they are spent; what each has left, which is nobody's from now on. */
  const giveUp = (): ReadonlyArray<GivenUp> =>
    [...blocks].flatMap(([key, block]) => {
      const { until } = block
      const spent = block.pace.paidUntil
      if (!Number.isFinite(until) || spent + rounding >= until) return []
      block.until = spent
      return [{ key, until, spent }]
    })

  return { paceOf, lapsed, rest, put, pay, giveUp, keys: () => [...blocks.keys()] }
}
