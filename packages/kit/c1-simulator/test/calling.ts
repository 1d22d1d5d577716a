// How these tests call a simulated C1: over TLS and gRPC, with an assertion that they sign themselves.
import { createHash } from "node:crypto"
import { request as httpsRequest } from "node:https"
import { create, type MessageInitShape } from "@bufbuild/protobuf"
import { Code, ConnectError, createClient } from "@connectrpc/connect"
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node"
import {
  BatonService,
  type BatonServiceHelloRequest,
  BatonServiceHelloRequestSchema,
  BatonServiceUploadAssetRequestSchema,
} from "@rollcall/c1-protocol/messages"
import { Clock, Effect } from "effect"
import { importJWK, type JWTPayload, SignJWT } from "jose"
import type { RunningC1 } from "../src/index.ts"

/** What must be known of a simulator to call it. */
export type Reached = Pick<RunningC1, "host" | "port" | "ca" | "clientId" | "clientSecret">

/** A whole reply of the token endpoint. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** A POST over HTTP/1.1, as HTTP clients make it. */
export const post = (simulator: Reached, path: string, body: URLSearchParams) =>
  Effect.callback<Reply, Error>((resume) => {
    const sent = httpsRequest(
      {
        host: "localhost",
        port: simulator.port,
        path,
        method: "POST",
        ca: simulator.ca,
        headers: { "content-type": "application/x-www-form-urlencoded", "user-agent": "test" },
        agent: false,
      },
      (response) => {
        let text = ""
        response.setEncoding("utf8")
        response.on("data", (chunk: string) => {
          text += chunk
        })
        response.on("error", (error) => {
          resume(Effect.fail(error))
        })
        response.on("end", () => {
          resume(Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
        })
      },
    )
    sent.on("error", (error) => {
      resume(Effect.fail(error))
    })
    sent.end(body.toString())
    return Effect.sync(() => sent.destroy())
  })

let nonces = 0

/** A token request like the Go connector's, with what a test wants different in it. */
export const tokenForm = Effect.fnUntraced(function* (
  simulator: Reached,
  changes: {
    readonly claims?: JWTPayload
    readonly leaveOut?: "iat" | "nbf" | "exp"
    readonly header?: Readonly<Record<string, unknown>>
    readonly form?: Readonly<Record<string, string>>
    readonly secret?: string
  } = {},
) {
  const now = Math.floor((yield* Clock.currentTimeMillis) / 1000)
  const { clientId, clientSecret } = simulator
  const jwk = JSON.parse(Buffer.from((changes.secret ?? clientSecret).split(":")[3] ?? "", "base64url").toString())
  nonces += 1
  const kid: string | undefined = jwk.kid
  const claims: JWTPayload = {
    iss: clientId,
    sub: clientId,
    aud: "localhost",
    iat: now,
    nbf: now - 120,
    exp: now + 120,
    ...changes.claims,
  }
  if (changes.leaveOut !== undefined) delete claims[changes.leaveOut]
  const assertion = yield* Effect.promise(async () =>
    new SignJWT(claims)
      .setProtectedHeader({
        alg: "EdDSA",
        nonce: nonces.toString(16).padStart(32, "0"),
        ...(kid === undefined ? {} : { kid }),
        ...changes.header,
      })
      .sign(await importJWK(jwk, "EdDSA")),
  )
  return new URLSearchParams({
    client_id: clientId,
    grant_type: "client_credentials",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
    ...changes.form,
  })
})

/** Asks for an access token. */
export const askForToken = Effect.fnUntraced(function* (
  simulator: Reached,
  changes: Parameters<typeof tokenForm>[1] = {},
) {
  return yield* post(simulator, "/auth/v1/token", yield* tokenForm(simulator, changes))
})

/** A good access token. */
const accessToken = (simulator: Reached) =>
  Effect.map(askForToken(simulator), ({ body }): string => JSON.parse(body).access_token)

const makeClient = (simulator: Reached, sessionManager: Http2SessionManager, token: string) => {
  const baseUrl = `https://${simulator.host}`
  return createClient(
    BatonService,
    createGrpcTransport({
      baseUrl,
      sessionManager,
      interceptors: [
        (next) => (request) => {
          request.header.set("authorization", `Bearer ${token}`)
          return next(request)
        },
      ],
    }),
  )
}

/** A client of the service with that token, or with a good one; its connection ends with the scope. */
export const connect = Effect.fnUntraced(function* (simulator: Reached, token?: string) {
  const sessionManager = yield* Effect.acquireRelease(
    Effect.sync(() => new Http2SessionManager(`https://${simulator.host}`, {}, { ca: simulator.ca })),
    (manager) => Effect.sync(() => manager.abort()),
  )
  return makeClient(simulator, sessionManager, token ?? (yield* accessToken(simulator)))
})

/** One call; a failure is gRPC's. */
export const rpc = <A>(call: (signal: AbortSignal) => Promise<A>): Effect.Effect<A, ConnectError> =>
  Effect.tryPromise({ try: call, catch: (cause) => ConnectError.from(cause) })

/** The code of gRPC that a call fails with. */
export const codeOf = <A>(call: (signal: AbortSignal) => Promise<A>) =>
  Effect.map(Effect.flip(rpc(call)), (error) => Code[error.code])

export const hostId = "test-host"

/** A Hello that C1 takes, with what a test wants different in it. */
export const hello = (changes: Partial<BatonServiceHelloRequest> = {}): BatonServiceHelloRequest => ({
  ...create(BatonServiceHelloRequestSchema, {
    hostId,
    buildInfo: { langVersion: "v26", package: "test", packageVersion: "0.0.0" },
    osInfo: {
      hostname: "h",
      os: "linux",
      platform: "p",
      platformVersion: "1",
      platformFamily: "f",
      kernelVersion: "1",
      kernelArch: "x64",
      virtualizationSystem: "none",
    },
    connectorMetadata: { displayName: "Test" },
  }),
  ...changes,
})

type UploadMessage = MessageInitShape<typeof BatonServiceUploadAssetRequestSchema>

export const metadata = (taskId: string): UploadMessage => ({
  msg: { case: "metadata", value: { hostId, taskId } },
})
export const data = (bytes: Uint8Array): UploadMessage => ({ msg: { case: "data", value: { data: bytes } } })
export const eof = (asset: Uint8Array): UploadMessage => ({
  msg: { case: "eof", value: { sha256Checksum: createHash("sha256").update(asset).digest() } },
})

/** The messages of an upload as the Go connector frames it. */
export const framed = (taskId: string, asset: Uint8Array): ReadonlyArray<UploadMessage> => {
  const size = 524_288
  const pieces = Array.from({ length: Math.ceil(asset.length / size) }, (_, i) =>
    asset.subarray(i * size, (i + 1) * size),
  )
  return [metadata(taskId), ...pieces.map(data), eof(asset)]
}

export async function* streamOf(messages: ReadonlyArray<UploadMessage>) {
  for (const message of messages) yield create(BatonServiceUploadAssetRequestSchema, message)
}
