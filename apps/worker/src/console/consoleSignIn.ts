// Where the console listens, and how people get in: by a link on this machine, or by signing in at an issuer of OpenID Connect, which is loaded
// where one is named.
import { ConfigError } from "@rollcall/config"
import type { StoreError } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import type { SignIn } from "@rollcall/console"
import { ConsoleAddress, loopbackSignIn } from "@rollcall/console"
import type { WorkerConfig } from "@rollcall/host/worker-fields"
import type { ListenError } from "@rollcall/pages/server"
import { SessionStore, sessionStoreFile } from "@rollcall/session-store"
import type { RoleMapping } from "@rollcall/sign-in"
import { Effect, Layer } from "effect"
import { mkdirSync } from "node:fs"
import { join } from "node:path"

/** What is set of the console. */
type ConsoleSettings = Pick<
  WorkerConfig["settings"],
  | "console-port"
  | "console-bind-address"
  | "console-url"
  | "oidc-issuer"
  | "oidc-client-id"
  | "oidc-client-secret"
  | "oidc-scopes"
  | "oidc-roles-claim"
  | "oidc-roles"
>

/** Where sessions are kept: with other workers, or else in the folder of this one. */
interface Place {
  readonly folder: string
  readonly shared?: SessionStore["Service"] | undefined
}

/**
 * Fails where the console would be open to more than it should be, or to nobody. Succeeds with the issuer at which people sign in, and their
 * roles; without them where a link lets one browser in.
 */
export const checkConsole = Effect.fnUntraced(function* (
  settings: ConsoleSettings,
): Effect.fn.Return<{ readonly issuer: string; readonly roles: RoleMapping } | undefined, ConfigError> {
  const { "console-bind-address": address, "console-url": url, "oidc-issuer": issuer, "oidc-roles": mapped } = settings
  if (!isThisMachine(address) && (issuer === undefined || url?.startsWith("https://") !== true)) {
    return yield* wrong(
      `The console would listen on ${address}, where others reach it, ${issuer === undefined ? "and nobody would have to sign in" : "and what they send would go without TLS"}.`,
      "Set BATON_OIDC_ISSUER and an https BATON_CONSOLE_URL, or leave BATON_CONSOLE_BIND_ADDRESS out.",
    )
  }
  if (issuer === undefined) return undefined
  if (url !== undefined && new URL(url).href !== `${new URL(url).origin}/`) {
    return yield* wrong(
      "BATON_CONSOLE_URL has more than a host and a port.",
      "The console has a name of its own, such as https://rollcall.example.com.",
    )
  }
  if (mapped === undefined) {
    return yield* wrong(
      "BATON_OIDC_ISSUER is set, and nobody has a role in the console.",
      "Say who has with BATON_OIDC_ROLES, such as rollcall-admins=admin,sec-team=viewer.",
    )
  }
  const { parseRoles } = yield* Effect.promise(() => import("@rollcall/sign-in"))
  return { issuer, roles: yield* parseRoles(mapped) }
})

/** The server of the console and its way in. */
export const consoleSignIn = (
  settings: ConsoleSettings,
  place: Place,
): Layer.Layer<SignIn | ConsoleAddress, ConfigError | ListenError> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const { "console-port": port = 0, "console-bind-address": address, "console-url": url } = settings
      const checked = yield* checkConsole(settings)
      const server = ConsoleAddress.layer({ port, address, url })
      if (checked === undefined) return Layer.provideMerge(loopbackSignIn, server)
      const { oidcSignIn } = yield* Effect.promise(() => import("@rollcall/sign-in"))
      const signIn = oidcSignIn({
        ...checked,
        clientId: settings["oidc-client-id"] ?? "",
        clientSecret: settings["oidc-client-secret"],
        scopes: settings["oidc-scopes"],
        rolesClaim: settings["oidc-roles-claim"],
      })
      return Layer.provideMerge(Layer.provide(signIn, sessionsIn(place)), server)
    }),
  )

const wrong = (message: string, hint: string) => new ConfigError({ reason: "Conflict", message, hint })

const isThisMachine = (address: string): boolean =>
  address === "localhost" || address === "::1" || /^127\.\d+\.\d+\.\d+$/u.test(address)

/** Where no file can be opened, people sign in again after a restart. */
const sessionsIn = ({ folder, shared }: Place): Layer.Layer<SessionStore> => {
  if (shared !== undefined) return Layer.succeed(SessionStore, shared)
  const inFile = Layer.unwrap(
    Effect.as(
      Effect.ignore(Effect.try(() => mkdirSync(folder, { recursive: true, mode: 0o700 }))),
      sessionStoreFile(join(folder, "sessions.db")),
    ),
  )
  return inFile.pipe(
    Layer.tapError((error: StoreError) =>
      Effect.logWarning(`After a restart everybody signs in to the console again. ${sentenceOf(error)}`),
    ),
    Layer.catch(() => Layer.orDie(sessionStoreFile(":memory:"))),
  )
}
