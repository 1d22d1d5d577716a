// What a call about a task is refused with that was never handed out.
import { Code, ConnectError } from "@connectrpc/connect"

export const unknownTask = (id: string): ConnectError => new ConnectError(`no task ${id} was handed out`, Code.NotFound)
