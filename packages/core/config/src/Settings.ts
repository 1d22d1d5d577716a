// The typed record that a list of field declarations stands for.
import type { ConfigField } from "@rollcall/connector"
import type { Origin } from "./sources.ts"
import type { Secret } from "./parseSetting.ts"

interface ValueByType {
  readonly text: string
  readonly secret: Secret
  readonly boolean: boolean
  readonly integer: number
  readonly number: number
  readonly url: string
  readonly path: string
  readonly list: ReadonlyArray<string>
  readonly choice: string
  readonly date: string
}

type GivenValue<F extends ConfigField> = F extends {
  readonly type: "choice"
  readonly choices: ReadonlyArray<infer Choice>
}
  ? Choice
  : ValueByType[F["type"]]

/** The value of a declared setting; `undefined` is possible unless it has a default. */
export type SettingValue<F extends ConfigField> = F extends { readonly default: string | number | boolean }
  ? GivenValue<F>
  : GivenValue<F> | undefined

/** The values of all declared settings, by name. */
export type Settings<Fields extends ReadonlyArray<ConfigField>> = {
  readonly [F in Fields[number] as F["name"]]: SettingValue<F>
}

/** Settings together with where each value came from. */
export interface ResolvedConfig<Fields extends ReadonlyArray<ConfigField>> {
  readonly settings: Settings<Fields>
  readonly origins: Readonly<Record<Fields[number]["name"], Origin>>
}
