// Published files in S3, or in storage that speaks its protocol. A name is taken by a conditional write (`If-None-Match: *`), which such
// storage refuses if the name is there: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html. Storage that takes
// no notice of the condition would overwrite, so that is tried out before the first file is stored.
import type { StoreError } from "@rollcall/connector"
import type { Redacted } from "effect"
import { Effect, Layer, Schedule } from "effect"
import { randomUUID } from "node:crypto"
import { dirname, resolve } from "node:path"
import { abortable, madeAside, openFile, replace, sha256Of } from "./aside.ts"
import { localFailure, notPublished, taken } from "./failures.ts"
import { badName, FileStore, isName } from "./FileStore.ts"
import { isPassing, overwrites, s3Failure, tooLarge } from "./s3Failures.ts"

/** Where in S3 published files are kept. */
export interface S3Place {
  readonly bucket: string
  /** What all keys begin with, without a slash at the end; empty for none. */
  readonly prefix: string
  /** Without it, that of the environment (`AWS_REGION`) or of AWS's files; of storage with an endpoint it is `us-east-1` as a rule. */
  readonly region?: string | undefined
  /** The URL of storage that is not AWS's. */
  readonly endpoint?: string | undefined
}

/** Without them, whatever AWS's own tools use: the environment, a role of the pod or the machine, AWS's files. */
export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted
  readonly sessionToken?: Redacted.Redacted | undefined
}

/** One upload takes no more; larger ones would go up in parts, which no synced file has needed. */
const largestBytes = 5 * 1024 ** 3

/** Each call can be made again: of a file that is stored twice the second has the mark of the first. */
const again = Schedule.exponential("250 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 4 }))

const retried = <A>(call: Effect.Effect<A, StoreError>): Effect.Effect<A, StoreError> =>
  Effect.retry(call, { schedule: again, while: isPassing })

/** What tells whether storage honours the condition: an object that nobody lists. */
const marker = ".names-are-used-once"

/** Published files in a bucket, which must exist. Its library is loaded when the first call is made. */
export const s3FileStore = (place: S3Place, credentials?: S3Credentials): Layer.Layer<FileStore> =>
  Layer.effect(
    FileStore,
    Effect.gen(function* () {
      const open = () => import("./s3Bucket.ts").then(({ openBucket }) => openBucket(place, credentials))
      let opened: ReturnType<typeof open> | undefined
      yield* Effect.addFinalizer(() => Effect.promise(async () => (await opened?.catch(() => undefined))?.close()))
      const bucket = () => (opened ??= open())
      const shown = `the bucket ${place.bucket}`

      const run = <A>(
        name: string,
        work: (signal: AbortSignal) => Promise<A>,
        local?: string,
      ): Effect.Effect<A, StoreError> => retried(abortable(work, (cause) => s3Failure(place, name, cause, local)))

      const isOurs = async (name: string, mark: string, signal: AbortSignal): Promise<boolean> =>
        (await (await bucket()).about(name, signal))?.mark === mark

      /** Stores what is not there yet; says whether it was there. */
      const create = async (
        name: string,
        content: { readonly path: string; readonly sha256: Uint8Array; readonly size: number } | undefined,
        { mark, signal }: { readonly mark: string; readonly signal: AbortSignal },
      ): Promise<boolean> => {
        const file = content === undefined ? undefined : await openFile(content.path)
        try {
          return await (await bucket()).create(name, file && content && { ...content, file }, { mark, signal })
        } finally {
          await file?.close()
        }
      }

      let isTriedOut = false
      const tryOut = Effect.suspend(() => {
        if (isTriedOut) return Effect.void
        return run(marker, async (signal) => {
          for (const mark of ["first", "second"]) {
            if (!(await create(marker, undefined, { mark, signal }))) {
              isTriedOut = true
              return
            }
          }
          throw overwrites(place)
        })
      })

      const put = Effect.fn("FileStore.put")(function* (name: string, path: string) {
        if (!isName(name)) return yield* badName(name)
        const { sha256, size } = yield* abortable(
          (signal) => sha256Of(path, signal),
          (cause) => localFailure(path, cause),
        )
        if (size > largestBytes) return yield* tooLarge(path)
        yield* tryOut
        const mark = randomUUID()
        const store = async (signal: AbortSignal) => {
          if (await create(name, { path, sha256, size }, { mark, signal })) return
          // The reply to an earlier attempt may be what was lost.
          if (!(await isOurs(name, mark, signal))) throw taken(name, shown)
        }
        yield* run(name, store, path)
      })

      const get = Effect.fn("FileStore.get")(function* (name: string, path: string) {
        if (!isName(name)) return yield* badName(name)
        const local = resolve(path)
        const write = (signal: AbortSignal) => async (temporary: string) => {
          if (!(await (await bucket()).read(name, temporary, signal))) throw notPublished(name, shown)
        }
        const fetch = (signal: AbortSignal) =>
          madeAside(dirname(local), write(signal), (temporary) => replace(temporary, local))
        yield* run(name, fetch, path)
      })

      const show = Effect.fn("FileStore.show")(function* (plain: string, name: string) {
        for (const it of [plain, name]) if (!isName(it)) return yield* badName(it)
        yield* run(name, async (signal) => {
          if (!(await (await bucket()).copy(name, plain, signal))) throw notPublished(name, shown)
        })
      })

      const remove = Effect.fn("FileStore.remove")(function* (name: string) {
        if (!isName(name)) return yield* badName(name)
        yield* run(name, async (signal) => (await bucket()).remove(name, signal))
      })

      const names = Effect.fn("FileStore.names")((prefix: string) =>
        run(prefix, async (signal) => (await (await bucket()).names(prefix, signal)).filter(isName).toSorted()),
      )

      return { put, get, show, names, remove }
    }),
  )
