// The rules that C1's messages declare for themselves: lengths, ids, and what must be there. A request that breaks one is
// refused with INVALID_ARGUMENT and the name of the field.
import { Code, ConnectError } from "@connectrpc/connect"
import type {
  BatonServiceFinishTaskRequest,
  BatonServiceGetTasksRequest,
  BatonServiceHeartbeatRequest,
  BatonServiceHelloRequest,
} from "@rollcall/c1-protocol/messages"
import { isTaskId } from "../ScriptedTask.ts"

const utf8 = new TextEncoder()

/** What is wrong with a request; `undefined` where nothing is. */
type Problem = string | undefined

const longText = 256
const mostAnnotations = 16

export const hostIdProblem = ({ hostId }: { readonly hostId: string }): Problem => {
  const { length } = utf8.encode(hostId)
  return length >= 1 && length <= longText ? undefined : `host_id must have 1 to ${longText} bytes`
}

export const taskIdProblem = ({ taskId }: { readonly taskId: string }): Problem =>
  isTaskId(taskId) ? undefined : "task_id must be 27 letters and digits"

export const annotationsProblem = ({ annotations }: { readonly annotations: ReadonlyArray<unknown> }): Problem =>
  annotations.length <= mostAnnotations ? undefined : `annotations must be ${mostAnnotations} at most`

/** The members of a message that are texts. */
const textsOf = (message: object): ReadonlyArray<readonly [string, string]> =>
  Object.entries(message).filter((entry): entry is [string, string] => {
    const [name, value] = entry
    return typeof value === "string" && !name.startsWith("$")
  })

export const helloProblem = (request: BatonServiceHelloRequest): Problem => {
  const { taskId, buildInfo, osInfo, connectorMetadata } = request
  if (connectorMetadata === undefined) return "connector_metadata is required"
  if (connectorMetadata.displayName === "") return "connector_metadata.display_name must not be empty"
  if (osInfo === undefined) return "os_info is required"
  const texts = [
    ...textsOf(osInfo).map(([name, text]) => [`os_info.${name}`, text] as const),
    ...textsOf(buildInfo ?? {}).map(([name, text]) => [`build_info.${name}`, text] as const),
  ]
  const empty = texts.find(([name, text]) => name.startsWith("os_info.") && text === "")
  if (empty !== undefined) return `${empty[0]} must not be empty`
  const long = texts.find(([, text]) => utf8.encode(text).length > longText)
  if (long !== undefined) return `${long[0]} must have ${longText} bytes at most`
  return hostIdProblem(request) ?? (taskId === "" ? undefined : taskIdProblem(request)) ?? annotationsProblem(request)
}

export const getTasksProblem = (request: BatonServiceGetTasksRequest): Problem => {
  if (request.pageSize < 1 || request.pageSize > 100) return "page_size must be 1 to 100"
  if (!request.knownTaskIds.every(isTaskId)) return "known_task_ids must each be 27 letters and digits"
  return hostIdProblem(request) ?? annotationsProblem(request)
}

export const heartbeatProblem = (request: BatonServiceHeartbeatRequest): Problem =>
  hostIdProblem(request) ?? taskIdProblem(request) ?? annotationsProblem(request)

export const finishTaskProblem = (request: BatonServiceFinishTaskRequest): Problem => {
  const { finalState, status } = request
  if (finalState.case === undefined) return "final_state is required"
  if (finalState.case === "error" && (status === undefined || status.code === 0)) return "an error needs a status"
  return hostIdProblem(request) ?? taskIdProblem(request) ?? annotationsProblem(finalState.value)
}

/** The refusal of a request with that problem. */
export const invalid = (problem: string): ConnectError => new ConnectError(problem, Code.InvalidArgument)
