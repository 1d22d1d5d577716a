// Hello: C1 learns who this connector is, what it can do and where it runs. At the start it is said until C1 has taken it,
// unless C1 refuses it: then no task would ever come.
import { Effect } from "effect"
import { arch, hostname, machine, platform, release, version } from "node:os"
import { C1Events } from "../C1Event.ts"
import { retryPause } from "../pauses.ts"
import type { HelloMessage } from "@rollcall/c1-client"
import { C1Service } from "@rollcall/c1-client"

/** Says hello again and again; fails where C1 refuses it. */
export const sendFirstHello = Effect.fn("C1.firstHello")(function* (message: HelloMessage) {
  const { hello } = yield* C1Service
  const emit = yield* C1Events
  for (let failures = 1; ; failures++) {
    const said = yield* Effect.result(hello(message))
    if (said._tag === "Success") return yield* emit({ _tag: "HelloAccepted" })
    const { failure: error } = said
    const retryMillis = retryPause(failures)
    yield* emit({ _tag: "HelloFailed", error, ...(error.isTransient ? { retryMillis } : {}) })
    if (!error.isTransient) return yield* error
    yield* Effect.sleep(retryMillis)
  }
})

/** Says hello once more, as a task asks for. It is not finished; C1 sees by the hello itself that it is done. */
export const answerHello = Effect.fn("C1.hello")(function* (message: HelloMessage, taskId: string) {
  const { hello } = yield* C1Service
  const emit = yield* C1Events
  yield* hello({ ...message, taskId }).pipe(
    Effect.andThen(emit({ _tag: "HelloAccepted", taskId })),
    Effect.catch((error) => emit({ _tag: "HelloFailed", taskId, error })),
  )
})

const orUnknown = (text: string): string => (text === "" ? "unknown" : text.slice(0, 256))

/** The operating system, as C1 wants to know it: no member may be empty. Node does not report the distribution, nor whether the machine is a virtual one. */
export const osInfo = (): NonNullable<HelloMessage["osInfo"]> => ({
  hostname: orUnknown(hostname()),
  os: platform(),
  platform: platform(),
  platformVersion: orUnknown(version()),
  platformFamily: platform(),
  kernelVersion: orUnknown(release()),
  kernelArch: orUnknown(machine() || arch()),
  virtualizationSystem: "none",
})

/** The program that runs the connector. */
export interface Program {
  /** Its package, such as `@rollcall/worker`. */
  readonly name: string
  readonly version: string
}

/** What the program is made with. */
export const buildInfo = ({ name, version: packageVersion }: Program): NonNullable<HelloMessage["buildInfo"]> => ({
  langVersion: process.version,
  package: orUnknown(name),
  packageVersion: orUnknown(packageVersion),
})
