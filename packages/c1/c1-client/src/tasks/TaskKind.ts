// The kinds of task, by C1's names.
import type { Task } from "@rollcall/c1-protocol/messages"

/** A kind of task that the wire knows, or `unknown` for one that only a newer C1 knows. */
export type TaskKind = NonNullable<Task["taskType"]["case"]> | "unknown"

/** The kind of a task. */
export const kindOf = (task: Task): TaskKind => task.taskType.case ?? "unknown"
