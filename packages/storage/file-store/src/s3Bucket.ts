// The calls of S3 that published files need, by AWS's client. This module alone loads it, so that only who uses S3 has it in memory.
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3"
import { openAgents, ProxyError } from "@rollcall/api-client"
import { NodeHttpHandler } from "@smithy/node-http-handler"
import { Redacted } from "effect"
import type { FileHandle } from "node:fs/promises"
import { open } from "node:fs/promises"
import { Readable } from "node:stream"
import { sha256 } from "./aside.ts"
import type { S3Credentials, S3Place } from "./s3FileStore.ts"
import { codeOf, damaged, statusOf } from "./s3Failures.ts"

/** A connection that takes longer to open, or stands still for longer, is given up; how long a call takes in all has no limit. */
const connectMillis = 10_000
const idleMillis = 30_000

/** Written with each object: its SHA-256 in hex, and the mark of the call that stored it. S3 keeps them, also in a copy. */
const hashKey = "rollcall-sha256"
const markKey = "rollcall-mark"

interface Content {
  readonly file: FileHandle
  readonly sha256: Uint8Array
  readonly size: number
}

/** The handler of AWS's client, through the proxy that the environment names as other calls of Rollcall go. */
const requestHandler = () => {
  const { goesDirect, http, https } = openAgents()
  const handlerBy = (way: "direct" | "proxied") =>
    new NodeHttpHandler({
      httpAgent: http()[way] ?? http().direct,
      httpsAgent: https()[way] ?? https().direct,
      connectionTimeout: connectMillis,
      socketTimeout: idleMillis,
    })
  const [direct, proxied] = [handlerBy("direct"), handlerBy("proxied")] as const
  return {
    metadata: { handlerProtocol: "http/1.1" },
    handle: async (...[request, options]: Parameters<NodeHttpHandler["handle"]>) => {
      const { protocol, hostname, port } = request
      const url = new URL(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`)
      const handler = goesDirect(url) ? direct : proxied
      try {
        const answer = await handler.handle(request, options)
        // Of plain HTTP the proxy's refusal comes as the reply.
        if (answer.response.statusCode === 407) throw new ProxyError("PROXY_TUNNEL", 407)
        return answer
      } catch (cause) {
        throw ProxyError.of(cause)
      }
    },
    destroy: () => {
      direct.destroy()
      proxied.destroy()
    },
    httpHandlerConfigs: () => ({}),
    updateHttpClientConfig: () => undefined,
  }
}

/** What AWS's client would say on the console, errors say. */
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** Opens a bucket. No call is made yet. */
export const openBucket = ({ bucket, prefix, region, endpoint }: S3Place, credentials?: S3Credentials) => {
  const regionUsed = region ?? (endpoint === undefined ? undefined : (process.env["AWS_REGION"] ?? "us-east-1"))
  const client = new S3Client({
    ...(regionUsed === undefined ? {} : { region: regionUsed }),
    // Storage that is not AWS's rarely has a name in DNS for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    ...(credentials === undefined ? {} : { credentials: readable(credentials) }),
    requestHandler: requestHandler(),
    // Effect repeats calls; a body that is a stream would not be sent again here.
    maxAttempts: 1,
    logger: silent,
    // Each object has a checksum of ours, which storage of any kind keeps.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
  })
  const base = prefix === "" ? "" : `${prefix}/`
  const at = (name: string) => ({ Bucket: bucket, Key: `${base}${name}` })

  const unless = async <A>(status: number, call: Promise<A>): Promise<A | undefined> => {
    try {
      return await call
    } catch (cause) {
      if (statusOf(cause) === status && codeOf(cause) !== "NoSuchBucket") return undefined
      throw cause
    }
  }

  return {
    /** Stores a file if there is none of the name, or an empty one; says whether it did. */
    create: async (
      name: string,
      content: Content | undefined,
      { mark, signal }: { readonly mark: string; readonly signal: AbortSignal },
    ): Promise<boolean> => {
      const hash = Buffer.from(content?.sha256 ?? sha256().digest())
      const body = content?.file.createReadStream({ autoClose: false, start: 0, highWaterMark: 256 * 1024 })
      const command = new PutObjectCommand({
        ...at(name),
        IfNoneMatch: "*",
        Body: body ?? "",
        ContentLength: content?.size ?? 0,
        // Storage that knows it refuses what was damaged on the way.
        ChecksumSHA256: hash.toString("base64"),
        Metadata: { [hashKey]: hash.toString("hex"), [markKey]: mark },
      })
      // The signature is of the content too: AWS's client leaves it out for streams.
      command.middlewareStack.add(
        (next) => (args) => {
          const { request } = args
          if (typeof request === "object" && request !== null && "headers" in request) {
            Object.assign(Object(request.headers), { "x-amz-content-sha256": hash.toString("hex") })
          }
          return next(args)
        },
        { step: "build" },
      )
      try {
        return (await unless(412, client.send(command, { abortSignal: signal }))) !== undefined
      } finally {
        body?.destroy()
      }
    },

    /** Writes an object into a local file, which exists, and checks it; says whether there is one. */
    read: async (name: string, path: string, signal: AbortSignal): Promise<boolean> => {
      const found = await unless(404, client.send(new GetObjectCommand(at(name)), { abortSignal: signal }))
      if (found === undefined) return false
      const hash = sha256()
      const target = await open(path, "r+")
      let size = 0
      try {
        if (!(found.Body instanceof Readable)) throw new TypeError("The body is not a stream.")
        for await (const chunk of found.Body) {
          if (!(chunk instanceof Uint8Array)) throw new TypeError("The body is not of bytes.")
          hash.update(chunk)
          size += chunk.length
          await target.writeFile(chunk)
        }
      } finally {
        await target.close()
      }
      // One that somebody else has put there has no hash of ours.
      const expected = found.Metadata?.[hashKey] ?? undefined
      const isWhole = found.ContentLength === undefined || found.ContentLength === size
      if (!isWhole || (expected !== undefined && expected !== hash.digest("hex"))) throw damaged(name, bucket)
      return true
    },

    /** What is known of an object, if there is one. */
    about: async (name: string, signal: AbortSignal) => {
      const found = await unless(404, client.send(new HeadObjectCommand(at(name)), { abortSignal: signal }))
      return found && { mark: found.Metadata?.[markKey] }
    },

    /** Copies an object over another, inside the storage; says whether there is one. */
    copy: async (from: string, to: string, signal: AbortSignal): Promise<boolean> => {
      const CopySource = `${bucket}/${base}${from}`
      const command = new CopyObjectCommand({ ...at(to), CopySource })
      return (await unless(404, client.send(command, { abortSignal: signal }))) !== undefined
    },

    remove: async (name: string, signal: AbortSignal): Promise<void> => {
      await client.send(new DeleteObjectCommand(at(name)), { abortSignal: signal })
    },

    names: async (start: string, signal: AbortSignal): Promise<ReadonlyArray<string>> => {
      const found: Array<string> = []
      for (let token: string | undefined; ;) {
        const page = await client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: `${base}${start}`,
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
          { abortSignal: signal },
        )
        for (const { Key } of page.Contents ?? []) if (Key !== undefined) found.push(Key.slice(base.length))
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined
        if (token === undefined) return found
      }
    },

    close: () => client.destroy(),
  }
}

const readable = ({ accessKeyId, secretAccessKey, sessionToken }: S3Credentials) => ({
  accessKeyId,
  secretAccessKey: Redacted.value(secretAccessKey),
  ...(sessionToken === undefined ? {} : { sessionToken: Redacted.value(sessionToken) }),
})
