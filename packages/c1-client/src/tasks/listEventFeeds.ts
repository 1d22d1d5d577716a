// A list_event_feeds task: there are none.
import { create } from "@bufbuild/protobuf"
import { ListEventFeedsResponseSchema } from "@rollcall/c1-protocol/messages"
import type { TaskSuccess } from "./TaskResult.ts"
import { packed } from "./TaskResult.ts"

/** The empty list. */
export const listEventFeeds: TaskSuccess = {
  response: packed(ListEventFeedsResponseSchema, create(ListEventFeedsResponseSchema)),
}
