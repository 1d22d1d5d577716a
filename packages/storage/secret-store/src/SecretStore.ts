// The secrets of connections that were given to the console, and not as a file or a variable: by the name of the connection and that of
// the setting.
import { StoreError } from "@rollcall/connector"
import type { Redacted } from "effect"
import { Context, Effect, Layer } from "effect"

/** Which secret: `token` of the connection `sales`. */
export interface SecretName {
  readonly connection: string
  readonly setting: string
}

/** A secret that is kept, without its value. */
export interface KeptSecret extends SecretName {
  /** Another one each time that the secret is put, so that a change is seen. */
  readonly version: string
}

/** Keeps secrets. What was put is on the disk before `put` succeeds, and is never in an error. */
export class SecretStore extends Context.Service<
  SecretStore,
  {
    /** Why no secret can be kept, and what to do: two sentences. Absent where secrets are kept. */
    readonly unavailable?: string | undefined
    /** Keeps a secret in place of the one before. */
    readonly put: (name: SecretName, value: Redacted.Redacted) => Effect.Effect<void, StoreError>
    /** The secret as it is now; `undefined` where none is kept. */
    readonly get: (name: SecretName) => Effect.Effect<Redacted.Redacted | undefined, StoreError>
    /** Forgets one secret. */
    readonly remove: (name: SecretName) => Effect.Effect<void, StoreError>
    /** Forgets all secrets of a connection. */
    readonly removeAll: (connection: string) => Effect.Effect<void, StoreError>
    /** All that are kept, by connection and setting. */
    readonly all: Effect.Effect<ReadonlyArray<KeptSecret>, StoreError>
  }
>()("@rollcall/secret-store/SecretStore") {}

/** A store that keeps nothing, and why. */
export const noSecretStore = (message: string, hint: string): Layer.Layer<SecretStore> => {
  const refused = Effect.fail(new StoreError({ reason: "NotFound", message, hint }))
  return Layer.succeed(SecretStore, {
    unavailable: `${message} ${hint}`,
    put: () => refused,
    get: () => refused,
    remove: () => Effect.void,
    removeAll: () => Effect.void,
    all: Effect.succeed([]),
  })
}
