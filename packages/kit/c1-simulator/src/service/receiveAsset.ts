// An upload: metadata, pieces of the asset, then its checksum, in one stream. The asset is written while it comes, and
// kept only when all of it is right.
import { Code, ConnectError } from "@connectrpc/connect"
import type {
  BatonServiceUploadAssetRequest,
  BatonServiceUploadAssetRequest_UploadMetadata,
} from "@rollcall/c1-protocol/messages"
import { createHash } from "node:crypto"
import { open, rename, rm } from "node:fs/promises"
import { join } from "node:path"
import type { Asset, TaskBook, TaskEntry } from "../TaskBook.ts"
import type { Progress } from "./failureOf.ts"
import { annotationsProblem, hostIdProblem, invalid, taskIdProblem } from "./rules.ts"
import { unknownTask } from "./unknownTask.ts"

const largestPiece = 1024 * 1024

/** Where an upload is to go, and when a fault ends it. */
export interface Reception {
  readonly tasks: TaskBook
  readonly folder: string
  readonly largestAsset: number
  /** A number of its own for the file. */
  readonly number: number
  /** Asked after each message, and at the end: what the upload fails with now. */
  readonly failure: (progress: Progress) => ConnectError | undefined
  /** Told the metadata as soon as it has come. */
  readonly began: (metadata: BatonServiceUploadAssetRequest_UploadMetadata) => void
}

/** Takes one asset in, and gives it with its task. Throws a ConnectError where C1 would refuse it. */
export const receiveAsset = async (
  stream: AsyncIterable<BatonServiceUploadAssetRequest>,
  { tasks, folder, largestAsset, number, failure, began }: Reception,
): Promise<{ readonly task: TaskEntry; readonly asset: Asset }> => {
  const failNow = (progress: Progress) => {
    const error = failure(progress)
    if (error !== undefined) throw error
  }
  const partial = join(folder, `upload-${number}.part`)
  const file = await open(partial, "w", 0o600)
  try {
    const hash = createHash("sha256")
    const pieces: Array<number> = []
    let bytes = 0
    let head = Buffer.alloc(0)
    let task: TaskEntry | undefined
    let checksum: Uint8Array | undefined
    for await (const message of stream) {
      const { msg } = message
      if (checksum !== undefined) throw invalid("nothing may follow eof")
      if (msg.case === "metadata") {
        if (task !== undefined) throw invalid("metadata must come once")
        began(msg.value)
        const problem = hostIdProblem(msg.value) ?? taskIdProblem(msg.value) ?? annotationsProblem(msg.value)
        if (problem !== undefined) throw invalid(problem)
        task = tasks.find(msg.value.taskId)
        if (task === undefined) throw unknownTask(msg.value.taskId)
        failNow({ bytes, isWhole: false })
        continue
      }
      if (task === undefined) throw invalid("metadata must come first")
      if (msg.case === "data") {
        const { data } = msg.value
        if (data.length === 0 || data.length > largestPiece) throw invalid(`data must have 1 to ${largestPiece} bytes`)
        bytes += data.length
        if (bytes > largestAsset) {
          throw new ConnectError(`the asset is larger than ${largestAsset} bytes`, Code.ResourceExhausted)
        }
        if (head.length < magic.length) head = Buffer.concat([head, data.subarray(0, magic.length)])
        pieces.push(data.length)
        hash.update(data)
        await file.write(data)
        failNow({ bytes, isWhole: false })
        continue
      }
      if (msg.case === undefined) throw invalid("msg is required")
      checksum = msg.value.sha256Checksum
      if (checksum.length !== 32) throw invalid("sha256_checksum must have 32 bytes")
    }
    if (task === undefined || checksum === undefined) throw invalid("the stream ended before eof")
    failNow({ bytes, isWhole: true })
    const sha256 = hash.digest()
    if (!sha256.equals(checksum)) throw new ConnectError("sha256_checksum is not that of the asset", Code.DataLoss)
    await file.close()
    const extension = head.subarray(0, magic.length).equals(magic) ? "c1z" : "asset"
    const path = join(folder, `${task.task.id}-${number}.${extension}`)
    await rename(partial, path)
    return { task, asset: { path, bytes, pieces, sha256: sha256.toString("hex") } }
  } finally {
    await file.close()
    await rm(partial, { force: true })
  }
}

/** How a c1z file of any version begins; the metadata does not say what an asset is. */
const magic = Buffer.from("C1Z")
