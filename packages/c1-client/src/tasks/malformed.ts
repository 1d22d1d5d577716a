// Tasks that fail the same however often they are given: one whose payload lacks what it is about, and one that the worker
// lacks a setting for.
import { Code } from "@connectrpc/connect"
import type { ConnectorError } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import { TaskFailure } from "./TaskFailure.ts"

/** The failure of a task that lacks something, told as `malformed grant task: …`. */
export const malformed = (what: string, problem: string): TaskFailure =>
  new TaskFailure({ code: Code.InvalidArgument, message: `malformed ${what} task: ${problem}`, retryable: false })

/** The failure of a task that needs something from whoever runs the worker. */
export const preconditionFailed = (error: ConnectorError): TaskFailure =>
  new TaskFailure({ code: Code.FailedPrecondition, message: sentenceOf(error), retryable: false })
