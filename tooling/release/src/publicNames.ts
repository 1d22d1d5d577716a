// The names under which others find a release: `release.json` at the root is the only place that has them.
import { Schema } from "effect"
import { readFileSync } from "node:fs"

const Name = Schema.NullOr(Schema.NonEmptyString)

/** `release.json`. A name that is not ours yet is `null`. */
const ReleaseFile = Schema.Struct({
  /** The scope of the npm packages, such as `@rollcall`. */
  npmScope: Name,
  /** The repository of the worker's image, without a tag: `registry.example/rollcall/worker`. */
  image: Name,
  /** The repository that the chart is pushed to: `oci://registry.example/rollcall/charts`. */
  chart: Name,
  /** The git repository of the Homebrew tap, as `brew tap` takes it: `owner/tap`. */
  homebrewTap: Name,
  /** The address of the git repository of the Scoop bucket. */
  scoopBucket: Name,
  /** The address of this repository, `https://…` without a slash at its end: files of a release are below it. */
  repository: Name,
  /** The version that was published last, or `null`: until then nothing tells a reader to install a name. */
  published: Name,
})

export interface PublicNames extends Schema.Schema.Type<typeof ReleaseFile> {}

/** Reads `release.json`. Throws where it is no such file; the message says which field is wrong. */
export const readPublicNames = (path: string): PublicNames =>
  Schema.decodeUnknownSync(ReleaseFile)(JSON.parse(readFileSync(path, "utf8")), { onExcessProperty: "error" })

/** The names that a release needs and that are missing. `published` is none of them: the first release sets it. */
export const missingNames = (names: PublicNames): ReadonlyArray<string> =>
  Object.entries(names).flatMap(([name, value]) => (value === null && name !== "published" ? [name] : []))

/** The packages that have another scope than ours, by their names. One without a scope is nobody's. */
export const foreignPackages = ({ npmScope }: PublicNames, packages: ReadonlyArray<string>): ReadonlyArray<string> =>
  npmScope === null ? [] : packages.filter((name) => name.startsWith("@") && !name.startsWith(`${npmScope}/`))
