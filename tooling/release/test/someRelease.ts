import type { Release } from "../src/Release.ts"

/** A release of a commit that never was, for tests that take one. */
export const someRelease = (folder: string): Release => ({
  version: "1.2.3",
  commit: "c0ffee".padEnd(40, "0"),
  committed: 1_790_000_000,
  dirty: false,
  names: {
    npmScope: null,
    image: null,
    chart: null,
    homebrewTap: null,
    scoopBucket: null,
    repository: null,
    published: null,
  },
  folder,
  work: (name) => `${folder}/${name}`,
  say: () => {},
})
