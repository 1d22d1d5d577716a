// What the Go connector sent to C1's service, task by task: recorded on the wire, written as the wire's JSON.
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import type { JsonObject } from "@bufbuild/protobuf"

const file = fileURLToPath(new URL("../../../../../shared/fixtures/c1-service/reference.ndjson", import.meta.url))

/** Whether the recording is there; a checkout of the project alone lacks it. */
export const hasReference = existsSync(file)
if (!hasReference) console.warn(`Skipped: what the Go connector sent to C1's service is not at ${file}.`)

/** One call, in the order of the recording. */
export interface ReferenceCall {
  readonly call: string
  /** What was sent. */
  readonly message: JsonObject
  /** The task that was the answer. */
  readonly given?: JsonObject
}

export const referenceCalls: ReadonlyArray<ReferenceCall> = hasReference
  ? readFileSync(file, "utf8")
      .trimEnd()
      .split("\n")
      .map((line): ReferenceCall => JSON.parse(line))
  : []

/** The recorded tasks of a kind, such as `grant`. */
export const referenceTasks = (kind: string): ReadonlyArray<JsonObject> =>
  referenceCalls.flatMap(({ given }) => (given !== undefined && kind in given ? [given] : []))

/** The recorded end of the task with this number. */
export const referenceEnd = (task: number): JsonObject => {
  const taskId = `3Task${String(task).padStart(22, "0")}`
  const end = referenceCalls.find(({ call, message }) => call === "FinishTask" && message["taskId"] === taskId)
  if (end === undefined) throw new Error(`the recording has no end of the task ${taskId}`)
  return end.message
}
