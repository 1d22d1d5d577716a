// Numbers that look random and are a pure function of (seed, purpose, index): member 700,000 is made without making the
// ones before it. Not for secrets.

/** The finaliser of MurmurHash3: a bijection of the 32-bit numbers in which every input bit moves every output bit. */
const scramble = (value: number): number => {
  let x = value
  x = Math.imul(x ^ (x >>> 16), 0x85_eb_ca_6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2_b2_ae_35)
  return (x ^ (x >>> 16)) >>> 0
}

/** A 32-bit number for each index. */
export type Hash = (index: number) => number

/** The hash of one seed for one purpose. Hashes of different purposes do not follow each other. */
export const hashFor = (seed: number, purpose: string): Hash => {
  let salt = scramble(seed ^ 0x9e_37_79_b9)
  for (const character of purpose) salt = scramble(salt ^ character.codePointAt(0)!)
  return (index) => scramble(Math.imul(index, 0x9e_37_79_b1) ^ salt)
}

/** The element of a list that a hash chooses. The list must not be empty. */
export const choose = <A>(list: ReadonlyArray<A>, hash: number): A => list[hash % list.length]!
