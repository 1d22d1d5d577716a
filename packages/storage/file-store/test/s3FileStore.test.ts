// Published files in S3: a real server, and a way to it that is cut.
import { spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { leapingClock } from "@rollcall/test-kit/virtual-time"
import { Clock, Effect, Exit, Redacted, Scope } from "effect"
import { FileStore, s3FileStore } from "../src/index.ts"
import { scripted, way } from "./faultyS3.ts"
import { fileStoreSuite } from "./fileStoreSuite.ts"
import { growth } from "./growth.ts"
import { credentials, hasS3, s3Server } from "./s3Server.ts"

const child = fileURLToPath(new URL("./child.ts", import.meta.url))

/** A few MB: a connection that is cut after one of them is cut in the middle. */
const large = (folder: string): string => {
  const path = join(folder, "large")
  writeFileSync(path, randomBytes(8 * 1024 ** 2))
  return path
}

describe.skipIf(!hasS3)("with an S3 on this machine", () => {
  const scope = Scope.makeUnsafe()
  let server = ""
  let stores = 0
  beforeAll(async () => {
    server = await Effect.runPromise(Scope.provide(s3Server, scope))
  }, 90_000)
  afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

  const place = (endpoint = server) => ({ bucket: "published", prefix: `team/store-${stores++}`, endpoint })

  const addressOf = ({ bucket, prefix, endpoint }: ReturnType<typeof place>) =>
    `s3://${bucket}/${prefix}?endpoint=${encodeURIComponent(endpoint)}`

  const environment = {
    ...process.env,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: Redacted.value(credentials.secretAccessKey),
  }

  fileStoreSuite(
    "in S3",
    Effect.sync(() => s3FileStore(place(), credentials)),
  )

  describe("a bucket of published files", () => {
    it.live("has no name of a process that is killed while it stores a file", () =>
      Effect.gen(function* () {
        const path = large(yield* scratchFolder("s3"))
        let kill: () => void = () => undefined
        const to = place(
          yield* way(server, (bytes) => {
            if (bytes > 1024 ** 2) kill()
          }),
        )
        const dying = spawn(process.execPath, [child, addressOf(to), "put", "acme/e1.c1z", path], {
          stdio: "inherit",
          env: environment,
        })
        kill = () => dying.kill("SIGKILL")
        yield* Effect.promise(() => once(dying, "exit"))
        assert.strictEqual(dying.signalCode, "SIGKILL")
        const direct = s3FileStore({ ...to, endpoint: server }, credentials)
        yield* FileStore.use((store) =>
          Effect.gen(function* () {
            assert.deepStrictEqual(yield* store.names(""), [])
            yield* store.put("acme/e1.c1z", path)
          }),
        ).pipe(Effect.provide(direct))
      }).pipe(Effect.scoped),
    )

    it.live("has the whole file in the end if connections are cut while it is stored", () =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder("s3")
        const path = large(folder)
        let cuts = 0
        const to = place(
          yield* way(server, (bytes, cut) => {
            if (bytes > 1024 ** 2 && cuts < 2) {
              cuts++
              cut()
            }
          }),
        )
        const fetched = join(folder, "fetched")
        yield* FileStore.use((store) =>
          Effect.andThen(store.put("acme/e1.c1z", path), store.get("acme/e1.c1z", fetched)),
        ).pipe(Effect.provide(s3FileStore(to, credentials)), Effect.provideService(Clock.Clock, leapingClock()))
        assert.strictEqual(cuts, 2)
        assert.isTrue(readFileSync(fetched).equals(readFileSync(path)))
      }).pipe(Effect.scoped),
    )

    it.live("is used by the role that EKS gives a pod, by web identity or by its agent, without keys", () =>
      Effect.gen(function* () {
        const folder = yield* scratchFolder("s3")
        const token = join(folder, "token")
        const mine = join(folder, "mine")
        for (const path of [token, mine]) writeFileSync(path, "content")
        const agent = yield* scripted(undefined, (request, response) => {
          const isPod = request.headers.authorization === "content"
          response.writeHead(isPod ? 200 : 401, { "content-type": "application/json" })
          const expires = "2099-01-01T00:00:00Z"
          response.end(
            JSON.stringify({ AccessKeyId: "any", SecretAccessKey: "any", Token: "any", Expiration: expires }),
          )
        })
        const ways = {
          web: {
            AWS_WEB_IDENTITY_TOKEN_FILE: token,
            AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/rollcall",
            AWS_ENDPOINT_URL_STS: server,
            AWS_REGION: "us-east-1",
          },
          pod: {
            AWS_CONTAINER_CREDENTIALS_FULL_URI: `${agent.endpoint}/v1/credentials`,
            AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: token,
          },
        }
        const to = place()
        for (const [name, env] of Object.entries(ways)) {
          const { PATH } = process.env
          const put = spawn(process.execPath, [child, addressOf(to), "put", name, mine], {
            stdio: "inherit",
            env: { PATH, HOME: folder, AWS_EC2_METADATA_DISABLED: "true", ...env },
          })
          assert.deepStrictEqual(yield* Effect.promise(() => once(put, "exit")), [0, null], name)
        }
        const names = FileStore.use((store) => store.names("")).pipe(Effect.provide(s3FileStore(to, credentials)))
        assert.deepStrictEqual(yield* names, ["pod", "web"])
        assert.lengthOf(agent.asked, 1)
      }).pipe(Effect.scoped),
    )

    it.live("takes and brings 100 MB in flat memory", () =>
      Effect.gen(function* () {
        // Buffers of some 55 MB pile up until they are collected, whether the file has 50 MB or 300.
        assert.isBelow(growth(addressOf(place()), yield* scratchFolder("local"), environment), 85)
      }).pipe(Effect.scoped),
    )
  })
})
