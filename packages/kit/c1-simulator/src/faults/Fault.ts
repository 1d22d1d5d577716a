// The faults that a simulated C1 shows on demand, as data. Each union says what its call can show, so that a fault that
// could never show is refused when it is given.
import { Schema } from "effect"
import { statusCodeNames } from "../statusCodes.ts"

const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
const bytes = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/** The answer comes this many milliseconds of the clock later. */
const Delay = Schema.Struct({ kind: Schema.Literal("delay"), millis: bytes })
/** The answer never comes. */
const Never = Schema.Struct({ kind: Schema.Literal("never") })
/** The connection is cut before anything happens, and every call on it with it. */
const CutConnection = Schema.Struct({ kind: Schema.Literal("cutConnection") })

/** An HTTP status in place of a token; its body is JSON (default), or a page of HTML as gateways send it. */
const HttpStatus = Schema.Struct({
  kind: Schema.Literal("httpStatus"),
  status: Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 })),
  body: Schema.optionalKey(Schema.Literals(["json", "html"])),
})
/** A 200 whose `access_token` is empty. */
const EmptyToken = Schema.Struct({ kind: Schema.Literal("emptyToken") })
/** The service's clock is this many seconds ahead (negative: behind) while it checks the assertion; `Date` tells it. */
const ClockSkew = Schema.Struct({ kind: Schema.Literal("clockSkew"), seconds: Schema.Int })

/** Of an upload: shows after so many bytes of the asset, or at its end where it is shorter; default at once. */
const afterBytes = Schema.optionalKey(bytes)

/** Refused with a code of gRPC, without effect. */
const Status = Schema.Struct({
  kind: Schema.Literal("status"),
  code: Schema.Literals(statusCodeNames),
  message: Schema.optionalKey(Schema.String),
})
/** The stream is reset before anything happens; other calls on the connection go on. */
const ResetStream = Schema.Struct({ kind: Schema.Literal("resetStream") })
/** The call takes effect, but the stream is reset in place of an answer. */
const LoseReply = Schema.Struct({ kind: Schema.Literal("loseReply") })
/** The task has been cancelled, says the answer. */
const Cancelled = Schema.Struct({ kind: Schema.Literal("cancelled") })
/** The answer is bytes that are no message. */
const Garbage = Schema.Struct({ kind: Schema.Literal("garbage") })
/** The answer holds the tasks again that were handed out and are not finished, whether or not the worker knows them. */
const RepeatTasks = Schema.Struct({ kind: Schema.Literal("repeatTasks") })

const anyRpc = [Delay, Never, CutConnection, Status, ResetStream, LoseReply] as const

/** When a fault shows. */
const timing = {
  /** The first call of that method to show it, counted from when the fault was given; default 1. */
  call: Schema.optionalKey(count),
  /** How many calls in a row show it; default 1. */
  times: Schema.optionalKey(Schema.Union([count, Schema.Literal("always")])),
}

/** When a fault shows, and what it is. `token` is the token endpoint, `*` every method of the service. */
export const Fault = Schema.Union([
  Schema.Struct({
    method: Schema.Literal("token"),
    ...timing,
    fault: Schema.Union([Delay, Never, CutConnection, HttpStatus, EmptyToken, ClockSkew]),
  }),
  Schema.Struct({
    method: Schema.Literals(["*", "Hello", "FinishTask"]),
    ...timing,
    fault: Schema.Union(anyRpc),
  }),
  Schema.Struct({
    method: Schema.Literals(["GetTask", "GetTasks"]),
    ...timing,
    fault: Schema.Union([...anyRpc, Garbage, RepeatTasks]),
  }),
  Schema.Struct({
    method: Schema.Literal("Heartbeat"),
    ...timing,
    fault: Schema.Union([...anyRpc, Cancelled]),
  }),
  Schema.Struct({
    method: Schema.Literal("UploadAsset"),
    ...timing,
    fault: Schema.Union([
      Delay,
      Never,
      LoseReply,
      Schema.Struct({ ...Status.fields, afterBytes }),
      Schema.Struct({ ...ResetStream.fields, afterBytes }),
      Schema.Struct({ ...CutConnection.fields, afterBytes }),
    ]),
  }),
])
export type Fault = typeof Fault.Type
/** What a fault is, apart from when it shows. */
export type FaultKind = Fault["fault"]
