// A part of a release: some files that are made together. What a release consists of is the list in `parts.ts`.
import type { Release } from "./Release.ts"

export interface Part {
  /** As `--only` takes it. */
  readonly name: string
  /** One line: what it is for whom. */
  readonly about: string
  /** The parts that are made before it, as it reads what they have left. */
  readonly after: ReadonlyArray<string>
  /** Writes its files into `release.folder` and resolves to their names. It fails with `Unmade` where a person has to do something first. */
  readonly make: (release: Release) => Promise<ReadonlyArray<string>>
}

/** What cannot be made, with a sentence that says why and what to do, and the exit code: 78 where something has to be set or fetched first. */
export class Unmade extends Error {
  readonly exitCode: number
  constructor(sentence: string, exitCode = 78) {
    super(sentence)
    this.exitCode = exitCode
  }
}

/** The parts with these names and all that they need, in the order in which they are made. */
export const inOrder = (parts: ReadonlyArray<Part>, only: ReadonlyArray<string>): ReadonlyArray<Part> => {
  const ordered = new Set<Part>()
  const take = (name: string): void => {
    const part = parts.find((it) => it.name === name)
    if (part === undefined)
      throw new Unmade(`There is no part ${name}: choose from ${parts.map((it) => it.name).join(", ")}.`, 64)
    for (const earlier of part.after) take(earlier)
    ordered.add(part)
  }
  for (const name of only.length > 0 ? only : parts.map((it) => it.name)) take(name)
  return [...ordered]
}
