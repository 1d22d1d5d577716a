// The method UploadAsset: a stream that becomes a file, unless a fault ends it on the way.
import { create } from "@bufbuild/protobuf"
import { ConnectError, type HandlerContext } from "@connectrpc/connect"
import {
  type BatonServiceUploadAssetRequest,
  type BatonServiceUploadAssetRequest_UploadMetadata,
  BatonServiceUploadAssetRequest_UploadMetadataSchema,
  type BatonServiceUploadAssetResponse,
  BatonServiceUploadAssetResponseSchema,
} from "@rollcall/c1-protocol/messages"
import { Effect } from "effect"
import { journalJson } from "../Journal.ts"
import type { SimulatorState } from "../SimulatorState.ts"
import type { Asset } from "../TaskBook.ts"
import type { Answer } from "./answering.ts"
import { failureOf } from "./failureOf.ts"
import { receiveAsset } from "./receiveAsset.ts"

export const uploadAsset = ({ tasks, assets: folder, settings: { largestAsset } }: SimulatorState, answer: Answer) => {
  let uploads = 0
  return (
    stream: AsyncIterable<BatonServiceUploadAssetRequest>,
    handler: HandlerContext,
  ): Promise<BatonServiceUploadAssetResponse> => {
    uploads += 1
    const number = uploads
    let metadata: BatonServiceUploadAssetRequest_UploadMetadata | undefined
    let taken: Asset | undefined
    return answer(handler, {
      failsByItself: true,
      act: (faults) =>
        Effect.tryPromise({
          try: async () => {
            const { task, asset } = await receiveAsset(stream, {
              tasks,
              folder,
              largestAsset,
              number,
              began: (message) => {
                metadata = message
              },
              failure: (progress) => failureOf(handler, faults, progress),
            })
            task.assets.push(asset)
            taken = asset
            return create(BatonServiceUploadAssetResponseSchema)
          },
          catch: (cause) => ConnectError.from(cause),
          // To the end, whatever that is: what is left of a broken upload is gone when it is written down.
        }).pipe(Effect.uninterruptible),
      captured: () => [
        {
          ...(metadata === undefined
            ? {}
            : { message: journalJson(BatonServiceUploadAssetRequest_UploadMetadataSchema, metadata) }),
          ...(taken === undefined ? {} : { asset: taken.path, bytes: taken.bytes, pieces: taken.pieces }),
        },
      ],
    })
  }
}
