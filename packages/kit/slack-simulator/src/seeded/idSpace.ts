// Slack-looking ids that can be computed from an index and turned back into it, so that users.info finds a member among
// a million without a table.

/** Ids of one kind of object in one workspace. */
export interface IdSpace {
  readonly idOf: (index: number) => string
  /** The index below `count` that the id stands for; undefined for ids of nothing here. */
  readonly indexOf: (id: string, count: number) => number | undefined
}

const first = 0x2c_1b_3c_6d
const second = 0x29_7a_2d_39

/** The number that undoes multiplication by an odd number modulo 2^32, by Newton's method. */
const inverseOf = (odd: number): number => {
  let inverse = odd
  for (let round = 0; round < 5; round++) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse))
  return inverse
}
const firstInverse = inverseOf(first)
const secondInverse = inverseOf(second)
const fold = (x: number) => x ^ (x >>> 16)

const pattern = /^0[0-9A-Z]{7}$/

/** Ids with this prefix, `U` for instance. `salt` keeps the ids of one workspace apart from another's. */
export const idSpace = (prefix: string, salt: number): IdSpace => ({
  idOf: (index) => {
    const code = fold(Math.imul(fold(Math.imul(index + salt, first)), second)) >>> 0
    return `${prefix}0${code.toString(36).toUpperCase().padStart(7, "0")}`
  },
  indexOf: (id, count) => {
    if (!id.startsWith(prefix) || !pattern.test(id.slice(prefix.length))) return undefined
    const code = Number.parseInt(id.slice(prefix.length + 1), 36)
    if (code > 0xff_ff_ff_ff) return undefined
    const index = (Math.imul(fold(Math.imul(fold(code), secondInverse)), firstInverse) - salt) >>> 0
    return index < count ? index : undefined
  },
})
