// Calls that end without an answer: their stream is reset, or their whole connection is cut.
import { Code, ConnectError, createContextKey, type HandlerContext } from "@connectrpc/connect"
import type { IncomingMessage } from "node:http"
import { constants, type Http2ServerRequest } from "node:http2"

/** A request as Node has it, below gRPC. */
export type NodeRequest = IncomingMessage | Http2ServerRequest

/** Where a call of the service keeps it. */
export const nodeRequest = createContextKey<NodeRequest | undefined>(undefined)

/** How a call was left without an answer. */
export type Broken = "resetStream" | "cutConnection" | "loseReply"

/** What a broken call ends with inside the simulator; no client ever sees it. */
export class BrokenCall extends ConnectError {
  readonly broken: Broken

  constructor(broken: Broken) {
    // The adapter takes this code for a call that nobody waits for any more.
    super(broken, Code.Aborted)
    this.broken = broken
  }
}

/** Breaks the request, and gives what its handler is to fail with. */
export const breakCall = (request: NodeRequest | undefined, broken: Broken): BrokenCall => {
  if (request !== undefined && "stream" in request && broken !== "cutConnection") {
    request.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  } else if (request !== undefined && "stream" in request) {
    request.stream.session?.destroy()
  } else {
    request?.socket.destroy()
  }
  return new BrokenCall(broken)
}

/** The same for a call of the service. */
export const breakRpc = ({ values }: HandlerContext, broken: Broken): BrokenCall =>
  breakCall(values.get(nodeRequest), broken)
