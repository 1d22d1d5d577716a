// Calls that end without an answer: their stream is reset, or their whole connection is cut.
import { Code, ConnectError, createContextKey, type HandlerContext } from "@connectrpc/connect"
import type { IncomingMessage } from "node:http"
import { constants, type Http2ServerRequest } from "node:http2"

/** A request as Node has it, below gRPC. */
export type NodeRequest = IncomingMessage | Http2ServerRequest

/** Where a call of the service keeps it. */
export const nodeRequest = createContextKey<NodeRequest | undefined>(undefined)

const ways = ["resetStream", "cutConnection", "loseReply"] as const

/** How a call was left without an answer. */
export type Broken = (typeof ways)[number]

/** What a broken call ends with inside the simulator; no client ever sees it. */
const brokenCall = (broken: Broken): ConnectError =>
  new ConnectError(broken, Code.Aborted, undefined, undefined, broken)

/** How a call was broken that ended with this error, if it was. */
export const brokenOf = (error: ConnectError): Broken | undefined => ways.find((way) => way === error.cause)

/** Breaks the request, and gives what its handler is to fail with. */
export const breakCall = (request: NodeRequest | undefined, broken: Broken): ConnectError => {
  if (request !== undefined && "stream" in request && broken !== "cutConnection") {
    request.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  } else if (request !== undefined && "stream" in request) {
    request.stream.session?.destroy()
  } else {
    request?.socket.destroy()
  }
  return brokenCall(broken)
}

/** The same for a call of the service. */
export const breakRpc = ({ values }: HandlerContext, broken: Broken): ConnectError =>
  breakCall(values.get(nodeRequest), broken)
