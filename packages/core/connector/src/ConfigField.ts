// The declaration of one setting. Flags, environment variables, validation, help, JSON Schema and the documentation's
// table all follow from it, so that a stranger's plugin configures itself like ours.

/**
 * What a setting's value looks like. A `date` is a day in UTC, as `2026-12-31`. A `secret` never appears in output and has a
 * `…_FILE` twin that names a file.
 */
export type ConfigFieldType =
  | "text"
  | "secret"
  | "boolean"
  | "integer"
  | "number"
  | "url"
  | "path"
  | "list"
  | "choice"
  | "date"

/** One setting. Its environment variable is `BATON_` and the name in capitals with underscores, unless `variable` names another. */
export interface ConfigField {
  /** The flag without its dashes, such as `base-url`. */
  readonly name: string
  readonly type: ConfigFieldType
  /** Its environment variable, where it is another; that of a secret's file is this and `_FILE`. */
  readonly variable?: string
  readonly description: string
  /** One-letter flag. */
  readonly short?: string
  /** Used where no source gives a value; absent means unset. */
  readonly default?: string | number | boolean
  /** The values that a `choice` takes, in lower case; they are taken in any case. */
  readonly choices?: ReadonlyArray<string>
  /** Other words for a choice, in lower case, each with the choice that it stands for. */
  readonly aliases?: Readonly<Record<string, string>>
  readonly minimum?: number
  readonly maximum?: number
  /** `true` of what must not be taken from a configuration file that merely stands in the current folder, such as who may approve, or where news is sent. */
  readonly notFromFolder?: boolean
  /** Names a host, alone or in a client id, to which the secret of this name is sent; a `url` is sent those that no other field receives. */
  readonly receives?: string
  /** `true` of a secret that goes to no host which another setting names, such as the key of a signature. */
  readonly notSent?: boolean
  /** Another setting that must be given along with this one. */
  readonly needs?: string
}
