// An S3 on this machine: moto, in the Python that `.ci/readers` makes and `.ci/run` names.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3"
import { freePort } from "@rollcall/test-kit/scratch"
import { Effect, Redacted } from "effect"

const python = process.env["BATON_TEST_PYTHON"]

/** Whether there is one. If the variable is set there has to be: then what needs it fails without. */
export const hasS3 = python !== undefined

/** What it accepts: anything. */
export const credentials = { accessKeyId: "any", secretAccessKey: Redacted.make("a-secret-of-the-tests") }

const patienceMillis = 60_000

/** Starts one with a bucket `published`, until the scope ends; gives its URL. */
export const s3Server = Effect.gen(function* () {
  const port = yield* freePort
  const endpoint = `http://127.0.0.1:${port}`
  yield* Effect.acquireRelease(
    Effect.promise(async () => {
      const server = spawn(python ?? "", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
        stdio: ["ignore", "ignore", "pipe"],
      })
      let said = ""
      const ended = once(server, "close").then(() => Promise.reject(new Error(`moto ended: ${said.slice(-2000)}`)))
      ended.catch(() => undefined)
      await Promise.race([ended, untilListening(server.stderr, (text) => (said += text))])
      return server
    }),
    (server) =>
      Effect.promise(async () => {
        const closed = server.exitCode === null ? once(server, "close") : undefined
        server.kill("SIGKILL")
        await closed
      }),
  )
  yield* Effect.promise(() => createBucket(endpoint))
  return endpoint
})

const untilListening = async (stderr: NodeJS.ReadableStream, keep: (text: string) => string): Promise<void> => {
  const deadline = AbortSignal.timeout(patienceMillis)
  return new Promise((resolve, reject) => {
    deadline.addEventListener("abort", () => reject(new Error("moto did not start in a minute.")))
    stderr.on("data", (data) => {
      if (keep(String(data)).includes("Running on")) resolve()
    })
  })
}

const createBucket = async (endpoint: string): Promise<void> => {
  const client = new S3Client({
    endpoint,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  })
  await client.send(new CreateBucketCommand({ Bucket: "published" }))
  client.destroy()
}
