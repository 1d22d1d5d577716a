// A real issuer of OpenID Connect on this machine (oidc-provider, which is certified). It signs in whoever the test says, without a page for a
// password, and can be made to give tokens that say something else: signed with its own key, as by an issuer that is broken, or is not ours.
import { once } from "node:events"
import { createServer } from "node:http"
import { Effect } from "effect"
import type { Scope } from "effect"
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from "jose"
import { Provider } from "oidc-provider"
import MemoryAdapter from "oidc-provider/lib/adapters/memory_adapter.js"

export { type Browser, makeBrowser } from "./browser.ts"

/** What an account is known to be, besides its `sub`. */
export type Claims = Readonly<Record<string, unknown>>

/** An issuer that runs. */
export interface Issuer {
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  /** Accounts by their `sub`. */
  readonly accounts: Map<string, Claims>
  /** Who signs in from now on. */
  signsIn: string
  /** What is made of the claims of each token before it is signed. */
  changeToken: ((claims: Claims) => Claims) | undefined
  /** Whether tokens are signed with a key that it does not publish. */
  signsWithAnotherKey: boolean
  /** Requests that it got, as method and path. */
  readonly requests: Array<string>
}

/** The scopes and claims that a client is given. */
const claims = { openid: ["sub"], profile: ["name"], groups: ["groups"] }
const scopes = Object.keys(claims)

/** An issuer that knows one client, for as long as the scope lives. PKCE is asked of it. */
export const startIssuer = Effect.fnUntraced(function* (options: {
  /** Where the client has people sent back. It is asked for once the issuer has a port. */
  readonly redirectUri: Effect.Effect<string>
  /** Whether tokens have the claims of scopes; otherwise only `/me` tells them, which is its default. */
  readonly tellsInToken?: boolean
  /** What it is called: `127.0.0.1`, or `localhost`, which browsers take for another site. */
  readonly host?: "127.0.0.1" | "localhost"
}): Effect.fn.Return<Issuer, never, Scope.Scope> {
  const server = createServer()
  yield* Effect.acquireRelease(
    Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")),
    () => Effect.sync(() => server.close().closeAllConnections()),
  )
  const address = server.address()
  const url = `http://${options.host ?? "127.0.0.1"}:${typeof address === "object" && address !== null ? address.port : 0}`
  const [own, other] = yield* Effect.promise(() =>
    Promise.all([generateKeyPair("RS256", { extractable: true }), generateKeyPair("RS256")]),
  )
  const jwk = yield* Effect.promise(() => exportJWK(own.privateKey))
  const issuer: Issuer = {
    url,
    clientId: "rollcall-console",
    clientSecret: "secret of a test: +/%&=",
    accounts: new Map(),
    signsIn: "ada",
    changeToken: undefined,
    signsWithAnotherKey: false,
    requests: [],
  }
  const { clientId, clientSecret, accounts, requests } = issuer
  const redirectUri = yield* options.redirectUri
  const provider = new Provider(url, {
    clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
    // It warns of the one that it has by default, which is the same.
    adapter: class extends MemoryAdapter {},
    jwks: { keys: [{ ...jwk, kid: "own", alg: "RS256", use: "sig" }] },
    features: { devInteractions: { enabled: false } },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    pkce: { required: () => true },
    cookies: { keys: ["of a test"] },
    claims,
    scopes,
    conformIdTokenClaims: options.tellsInToken !== true,
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ ...accounts.get(sub), sub }) }),
    interactions: { url: (_: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    loadExistingGrant: async ({ oidc }: { readonly oidc: { readonly session?: { readonly accountId?: string } } }) => {
      const grant = new provider.Grant({ clientId, accountId: oidc.session?.accountId })
      grant.addOIDCScope(scopes.join(" "))
      await grant.save()
      return grant
    },
  })
  provider.use(async (context, next) => {
    if (context.path.startsWith("/interaction/")) {
      context.respond = false
      await provider.interactionFinished(context.req, context.res, { login: { accountId: issuer.signsIn } })
      return
    }
    await next()
    const { body } = context
    if (context.oidc?.route !== "token" || typeof body !== "object" || body === null || !("id_token" in body)) return
    const { changeToken = (same: Claims) => same, signsWithAnotherKey } = issuer
    context.body = {
      ...body,
      id_token: await new SignJWT(changeToken(decodeJwt(String(body.id_token))))
        .setProtectedHeader({ alg: "RS256", kid: "own" })
        .sign(signsWithAnotherKey ? other.privateKey : own.privateKey),
    }
  })
  const answer = provider.callback()
  server.on("request", (request, response) => {
    requests.push(`${request.method} ${request.url?.split("?")[0]}`)
    answer(request, response)
  })
  return issuer
})
