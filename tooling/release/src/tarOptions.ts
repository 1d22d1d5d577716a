/**
 * What GNU tar is told to write the same bytes of the same files wherever it runs: names in order, one time for all, in seconds since 1970, and
 * owners as numbers.
 */
export const tarOptions = (time: number, owner = 0): ReadonlyArray<string> => [
  "--format=ustar",
  "--sort=name",
  `--mtime=@${time}`,
  `--owner=${owner}`,
  "--group=0",
  "--numeric-owner",
]
