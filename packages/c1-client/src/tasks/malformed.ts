// A task whose payload lacks what it is about. It stays as it is however often it is given.
import { Code } from "@connectrpc/connect"
import { TaskFailure } from "./TaskFailure.ts"

/** The failure of a task that lacks something, told as `malformed grant task: …`. */
export const malformed = (what: string, problem: string): TaskFailure =>
  new TaskFailure({ code: Code.InvalidArgument, message: `malformed ${what} task: ${problem}`, retryable: false })
