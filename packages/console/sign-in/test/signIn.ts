// A console that people sign in to at a real issuer, over real connections.
import { ConsoleAddress, ManagedConnections, serveConsole } from "@rollcall/console"
import type { SessionStore } from "@rollcall/session-store"
import { sessionStoreFile } from "@rollcall/session-store"
import type { Browser, Issuer } from "@rollcall/test-kit/issuer"
import { makeBrowser, startIssuer } from "@rollcall/test-kit/issuer"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Context, Effect, Layer, Logger, Redacted } from "effect"
import { join } from "node:path"
import type { OidcSettings } from "../src/index.ts"
import { oidcSignIn, parseRoles } from "../src/index.ts"

/** What differs from a console of this machine over http. */
export interface Options {
  readonly settings?: Partial<OidcSettings>
  /** How browsers reach the console, where something stands before it that speaks TLS. */
  readonly url?: string
  readonly tellsInToken?: boolean
  readonly issuerHost?: "127.0.0.1" | "localhost"
}

const settingsOf = ({ url, clientId, clientSecret }: Issuer): Effect.Effect<OidcSettings> =>
  Effect.map(Effect.orDie(parseRoles(["rollcall-admins=admin", "operators=operator", "sec-team=viewer"])), (roles) => ({
    issuer: url,
    clientId,
    clientSecret: Effect.succeed(Redacted.make(clientSecret)),
    scopes: ["profile", "groups"],
    rolesClaim: "groups",
    roles,
  }))

/** The sessions of a console, in a file of their own. */
const freshSessions = Layer.unwrap(
  Effect.map(scratchFolder("sign-in"), (folder) => Layer.orDie(sessionStoreFile(join(folder, "sessions.db")))),
)

/** A console with an issuer that knows `ada`, who is an admin. */
export const world = Effect.fnUntraced(function* (
  options: Options = {},
  sessions: Layer.Layer<SessionStore> = freshSessions,
) {
  const address = yield* Layer.build(ConsoleAddress.layer({ port: 0, url: options.url }))
  const { port, origin } = Context.get(address, ConsoleAddress)
  const issuer = yield* startIssuer({
    redirectUri: Effect.succeed(`${origin}/sign-in/callback`),
    tellsInToken: options.tellsInToken ?? true,
    host: options.issuerHost ?? "127.0.0.1",
  })
  issuer.accounts.set("ada", { name: "Ada Lovelace", groups: ["everybody", "rollcall-admins"] })
  const settings = { ...(yield* settingsOf(issuer)), ...options.settings }
  const acts: Array<string> = []
  const managed = ManagedConnections.of({
    all: Effect.succeed([{ name: "sales", labels: {}, state: "Connected" }]),
    change: ({ issuer: iss, subject, role }, name, act) =>
      Effect.sync(() => void acts.push(`${act} ${name} by ${subject} of ${iss} as ${role}`)),
    form: { modules: [], fields: [] },
    details: () => Effect.succeed(undefined),
    check: () => Effect.succeed({ wrong: {}, findings: [] }),
    add: () => Effect.succeed(undefined),
    rotate: () => Effect.succeed(undefined),
  })
  const services = yield* Layer.build(
    Layer.provideMerge(oidcSignIn(settings), Layer.merge(Layer.succeedContext(address), sessions)),
  )
  const logged: Array<string> = []
  yield* serveConsole.pipe(
    Effect.provideContext(services),
    Effect.provideService(ManagedConnections, managed),
    Effect.provide(Logger.layer([Logger.map(Logger.formatJson, (line) => void logged.push(line))])),
  )
  return { port, origin, issuer, settings, acts, logged, services, browser: () => makeBrowser(origin, port) }
})

export type World = Effect.Success<ReturnType<typeof world>>
export type { Browser }
