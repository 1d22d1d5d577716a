// A file as the messages of one UploadAsset stream: who uploads, the file piece by piece, its checksum.
import { createHash } from "node:crypto"
import type { FileHandle } from "node:fs/promises"
import { create } from "@bufbuild/protobuf"
import type { BatonServiceUploadAssetRequest } from "@rollcall/c1-protocol/messages"
import { BatonServiceUploadAssetRequestSchema } from "@rollcall/c1-protocol/messages"
import { C1Error } from "../C1Error.ts"

/** Bytes of a piece, as the Go connector sends them; C1 takes up to twice as many. */
const pieceBytes = 524_288

/** Whose asset it is. */
export interface AssetOwner {
  readonly hostId: string
  readonly taskId: string
}

/** The asset, opened by whoever closes it: a stream that breaks is not read to its end. */
export interface OpenAsset {
  readonly path: string
  readonly file: FileHandle
}

/**
 * The messages, made as they are asked for. One buffer serves for the whole file: a message has been written out before
 * the next is asked for. Between two pieces lies a read, so that others get their turn.
 */
export async function* uploadMessages(
  owner: AssetOwner,
  { path, file }: OpenAsset,
  onPiece: (sentBytes: number) => Promise<void>,
): AsyncGenerator<BatonServiceUploadAssetRequest> {
  yield message({ case: "metadata", value: { ...owner } })
  const hash = createHash("sha256")
  const buffer = Buffer.allocUnsafe(pieceBytes)
  let at = 0
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, at).catch((cause: unknown) => {
      throw cannotRead(path, cause)
    })
    if (bytesRead === 0) break
    const data = buffer.subarray(0, bytesRead)
    hash.update(data)
    at += bytesRead
    yield message({ case: "data", value: { data } })
    await onPiece(at)
  }
  yield message({ case: "eof", value: { sha256Checksum: hash.digest() } })
}

type Part = NonNullable<Parameters<typeof create<typeof BatonServiceUploadAssetRequestSchema>>[1]>["msg"]

const message = (msg: NonNullable<Part>): BatonServiceUploadAssetRequest =>
  create(BatonServiceUploadAssetRequestSchema, { msg })

/** The failure of a file that cannot be read for its upload. */
export const cannotRead = (path: string, cause: unknown): C1Error =>
  new C1Error({
    reason: "CannotRead",
    message: `The synced file ${path} cannot be read for the upload.`,
    hint: "No other program may change the work folder while Rollcall runs; the next sync writes the file again.",
    cause,
  })
