// The method UploadAsset: a stream that becomes a file, and the faults that end it on the way.
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
import type { CallFaults } from "../faults/FaultPlan.ts"
import { journalJson } from "../Journal.ts"
import type { SimulatorState } from "../SimulatorState.ts"
import type { Asset } from "../TaskBook.ts"
import { type Answering, statusFault } from "./answering.ts"
import { breakRpc } from "./broken.ts"
import { receiveAsset } from "./receiveAsset.ts"

export const uploadAsset = ({ tasks, assets, settings }: SimulatorState, answer: Answering["answer"]) => {
  let uploads = 0
  return (
    stream: AsyncIterable<BatonServiceUploadAssetRequest>,
    handler: HandlerContext,
  ): Promise<BatonServiceUploadAssetResponse> => {
    uploads += 1
    const number = uploads
    let metadata: BatonServiceUploadAssetRequest_UploadMetadata | undefined
    let taken: Asset | undefined
    return answer(
      handler.method.name,
      handler,
      (faults) =>
        Effect.gen(function* () {
          // To the end, whatever that is, so that what is left of a broken upload is gone when it is written down.
          const { task, asset } = yield* Effect.uninterruptible(
            Effect.tryPromise({
              try: () =>
                receiveAsset(stream, {
                  tasks,
                  folder: assets,
                  largestAsset: settings.largestAsset,
                  number,
                  began: (message) => {
                    metadata = message
                  },
                  interrupt: interrupting(handler, faults),
                }),
              catch: (cause) => ConnectError.from(cause),
            }),
          )
          task.assets.push(asset)
          taken = asset
          return create(BatonServiceUploadAssetResponseSchema)
        }),
      () => [
        {
          ...(metadata === undefined
            ? {}
            : { message: journalJson(BatonServiceUploadAssetRequest_UploadMetadataSchema, metadata) }),
          ...(taken === undefined ? {} : { asset: taken.path, bytes: taken.bytes, pieces: taken.pieces }),
        },
      ],
    )
  }
}

/** Throws as soon as an upload has come as far as its fault says. */
const interrupting = (handler: HandlerContext, faults: CallFaults) => (bytes: number, ended: boolean) => {
  const status = faults.find("status")
  const refusal = statusFault(faults)
  if (refusal !== undefined && isDue(status, bytes, ended)) throw refusal
  const reset = faults.find("resetStream")
  if (reset !== undefined && isDue(reset, bytes, ended)) throw breakRpc(handler, "resetStream")
}

const isDue = (fault: object | undefined, bytes: number, ended: boolean): boolean => {
  const after = fault !== undefined && "afterBytes" in fault ? Number(fault.afterBytes) : 0
  return ended || bytes >= after
}
