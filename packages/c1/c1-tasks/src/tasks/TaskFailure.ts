// Why a task failed, apart from how it is sent: a gRPC code, words, and whether C1 may give it again.
import type { Any } from "@bufbuild/protobuf/wkt"
import { Code } from "@connectrpc/connect"
import type { ConnectorError } from "@rollcall/connector"
import { sentenceOf } from "@rollcall/connector"
import { Data } from "effect"

/** What C1 reads where the program is at fault. What went wrong is for the program's own log. */
export const internalError = "The connector failed because of a bug. The log has the details; please report it."

/** Why a task failed, as C1 is told. */
export class TaskFailure extends Data.TaggedError("TaskFailure")<{
  /** One of gRPC's codes. https://grpc.io/docs/guides/status-codes */
  readonly code: number
  readonly message: string
  /** Whether C1 may give the task again. */
  readonly retryable: boolean
  readonly details?: ReadonlyArray<Any> | undefined
  /** What the task would have answered, where there is something to see in it. */
  readonly response?: Any | undefined
}> {}

/** The failure of a task whose payload lacks something: `malformed grant task: …`. */
export const malformed = (what: string, problem: string): TaskFailure =>
  new TaskFailure({ code: Code.InvalidArgument, message: `malformed ${what} task: ${problem}`, retryable: false })

/** The failure of a task that the worker lacks a setting for. */
export const preconditionFailed = (error: ConnectorError): TaskFailure =>
  new TaskFailure({ code: Code.FailedPrecondition, message: sentenceOf(error), retryable: false })
