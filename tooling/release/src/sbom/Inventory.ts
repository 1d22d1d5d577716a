// What something of a release consists of, before it is written in either format.

/** Software of others that is in it. */
export interface Component {
  readonly name: string
  readonly version: string
  /** Its package URL, unique in an inventory: https://github.com/package-url/purl-spec */
  readonly purl: string
  /** An SPDX expression; of what says nothing of its licence, nothing. */
  readonly licence: string | undefined
  /** Of the file that it came as, 64 hex digits, where that is known. */
  readonly sha256?: string
  /** What is in it in turn, as Node has OpenSSL. */
  readonly parts?: ReadonlyArray<Component>
}

export interface Inventory {
  /** `npm`, `binaries` or `image`. */
  readonly name: string
  /** What it is an inventory of, a phrase. */
  readonly about: string
  readonly components: ReadonlyArray<Component>
}

/** A package URL; names and versions are escaped as it asks. */
export const purl = (
  type: string,
  name: string,
  version: string,
  qualifiers: Readonly<Record<string, string>> = {},
): string => {
  const path = name.split("/").map(encodeURIComponent).join("/")
  const query = new URLSearchParams(qualifiers).toString()
  return `pkg:${type}/${path}@${encodeURIComponent(version)}${query === "" ? "" : `?${query}`}`
}

/** All components of an inventory, those inside others too. */
export const flat = (components: ReadonlyArray<Component>): ReadonlyArray<Component> =>
  components.flatMap((component) => [component, ...flat(component.parts ?? [])])
