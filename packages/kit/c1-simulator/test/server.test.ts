import { assert, describe, it } from "@effect/vitest"
import { scratchFolder } from "@rollcall/test-kit/scratch"
import { Effect, Exit, Fiber, Scope } from "effect"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { request } from "node:https"
import { join } from "node:path"
import { readyLine, SimulatedC1, startC1 } from "../src/index.ts"
import { connect, hostId, rpc } from "./calling.ts"

describe("a started simulator", () => {
  it.effect("tells how to reach it in one line", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1()
      const line = readyLine(c1)
      assert.notInclude(line, "\n")
      const { clientId, clientSecret, caFile, host, capturedFile, assetsFolder } = JSON.parse(line)
      assert.strictEqual(host, `localhost:${c1.port}`)
      assert.strictEqual(clientId, `simulated@${host}/c1`)
      assert.match(clientSecret, /^secret-token:conductorone\.com:v1:[\w-]+$/)
      assert.strictEqual(readFileSync(caFile, "utf8"), c1.ca)
      assert.isTrue(existsSync(capturedFile) && existsSync(assetsFolder))
    }),
  )

  it.effect("gives a secret that holds an Ed25519 key, with a name where the options name it", () =>
    Effect.gen(function* () {
      const jwkOf = ({ clientSecret }: { readonly clientSecret: string }) =>
        JSON.parse(Buffer.from(clientSecret.split(":")[3] ?? "", "base64url").toString())
      const { d, x, ...rest } = jwkOf(yield* startC1({ keyId: "k1" }))
      assert.deepStrictEqual(rest, { kty: "OKP", crv: "Ed25519", kid: "k1" })
      assert.lengthOf(Buffer.from(d, "base64url"), 32)
      assert.lengthOf(Buffer.from(x, "base64url"), 32)
      assert.notProperty(jwkOf(yield* startC1()), "kid")
    }),
  )

  it.effect("is reached over TLS alone, by the names in its certificate", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1()
      const statusAt = (host: string, ca: string | undefined) =>
        Effect.callback<number, Error>((resume) => {
          const sent = request({ host, port: c1.port, agent: false, ...(ca === undefined ? {} : { ca }) }, (reply) => {
            reply.resume()
            resume(Effect.succeed(reply.statusCode ?? 0))
          })
          sent.on("error", (error) => {
            resume(Effect.fail(error))
          })
          sent.end()
        })
      assert.strictEqual(yield* statusAt("localhost", c1.ca), 404)
      assert.strictEqual(yield* statusAt("127.0.0.1", c1.ca), 404)
      assert.match((yield* Effect.flip(statusAt("localhost", undefined))).message, /self-signed/)
    }),
  )

  it.effect("stops with its scope, cutting off whoever still waits, and takes its folder along", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const faults = [{ method: "GetTask", fault: { kind: "never" } }] as const
      const c1 = yield* Scope.provide(startC1({ faults }), scope)
      const client = yield* connect(c1)
      const waiting = yield* Effect.forkChild(Effect.exit(rpc((signal) => client.getTask({ hostId }, { signal }))))
      yield* c1.until(() => c1.calls()["GetTask"] === 1)
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(Exit.isFailure(yield* Fiber.join(waiting)))
      assert.isFalse(existsSync(c1.caFile))
    }),
  )

  it.effect("leaves a folder that it was given, and begins its record again", () =>
    Effect.gen(function* () {
      const folder = yield* scratchFolder("c1")
      writeFileSync(join(folder, "captured.ndjson"), "what an earlier run left\n")
      yield* Effect.scoped(startC1({ folder }))
      assert.strictEqual(readFileSync(join(folder, "captured.ndjson"), "utf8"), "")
      assert.match(readFileSync(join(folder, "ca.pem"), "utf8"), /^-----BEGIN CERTIFICATE-----/)
    }),
  )

  it.effect("says which port it cannot have, and which folder", () =>
    Effect.gen(function* () {
      const { port, caFile } = yield* startC1()
      const busy = yield* Effect.flip(startC1({ port }))
      assert.deepInclude(busy, { reason: "CannotListen", kind: "configuration" })
      assert.include(busy.message, String(port))
      const noFolder = yield* Effect.flip(startC1({ folder: caFile }))
      assert.deepInclude(noFolder, { reason: "CannotWrite", kind: "cannotWrite" })
      assert.include(noFolder.message, caFile)
    }),
  )

  it.effect("refuses options out of their bounds, naming the option", () =>
    Effect.gen(function* () {
      const wrong = [{ port: 70_000 }, { seed: -1 }, { keyId: "" }, { accessTokenSeconds: 0 }, { nextPollMillis: -1 }]
      for (const options of wrong) {
        const error = yield* Effect.flip(startC1(options))
        assert.deepInclude(error, { reason: "BadOption", kind: "usage" })
        assert.include(error.message, `["${Object.keys(options)[0]}"]`)
      }
    }),
  )

  it.effect("refuses tasks that are none", () =>
    Effect.gen(function* () {
      const c1 = yield* startC1()
      const wrong = [{ nope: {} }, { syncFull: 1 }, { id: "short", syncFull: {} }, { unknownKind: 103 }]
      for (const task of wrong) {
        assert.strictEqual((yield* Effect.flip(startC1({ tasks: [task] }))).reason, "BadTask")
        assert.strictEqual((yield* Effect.flip(c1.addTasks([{ syncFull: {} }, task]))).reason, "BadTask")
      }
      assert.deepStrictEqual(c1.tasks(), [])
    }),
  )

  it.effect("is a service to those who test with layers", () =>
    Effect.gen(function* () {
      const c1 = yield* SimulatedC1
      const client = yield* connect(c1)
      assert.strictEqual((yield* rpc((signal) => client.getTask({ hostId }, { signal }))).task?.taskType.case, "grant")
    }).pipe(Effect.provide(SimulatedC1.layer({ tasks: [{ grant: {} }] }))),
  )
})
