// What of a release can be installed on this machine, as data: how it is installed, and what is run then.
import type { Base, EmptyRoot } from "./EmptyRoot.ts"

/** The programs that are there once something is installed, as they are run inside its root. */
export interface Installed {
  readonly rollcall?: ReadonlyArray<string>
  readonly worker?: ReadonlyArray<string>
}

export interface Artefact {
  readonly name: string
  /** The files of a release that it consists of, by their names; it is left out where the release lacks one. */
  readonly files: ReadonlyArray<RegExp>
  readonly base: Base
  /** Installs the files, which are given by their paths on this machine, into a root. It throws where that fails. */
  readonly install: (root: EmptyRoot, files: ReadonlyArray<string>) => Promise<Installed>
}

/** Runs a step of an installation, which has to end with 0. */
export const step = async (root: EmptyRoot, ...command: ReadonlyArray<string>): Promise<void> => {
  const { code, out, err } = await root.run(command, { offline: true })
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}:\n${out}${err}`)
}
