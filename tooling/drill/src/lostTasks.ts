// Tasks of ConductorOne that were on their way to a worker as that was killed: nobody else can know of them, and ConductorOne alone can give
// them again.
import type { TaskHistory } from "@rollcall/c1-simulator"

/**
 * A task that was handed out so long before a worker was killed may have been on its way: the worker had not written down that it has it, and
 * nobody else can know. What ConductorOne does then is not published; here it gives the task again, after this long without a sign of
 * life. In milliseconds.
 */
const onItsWay = { before: 3_000, looks: 1_000, silence: 45_000 }

/** Which tasks were lost on their way. Each workspace has a ConductorOne of its own, and they give the same ids. */
export const lostTasks = () => {
  /** When each task was first seen to be handed out, and when a worker was killed. */
  const handedOut = new Map<string, number>()
  const kills: Array<number> = []
  const givenAgain = new Set<string>()
  const keyOf = (workspace: string, { id }: TaskHistory) => `${workspace} ${id}`

  return {
    /** A worker is killed now. */
    killed: (now: number): void => void kills.push(now),
    /** Notes when they were first seen to be handed out. */
    look: (workspace: string, tasks: ReadonlyArray<TaskHistory>, now: number): void => {
      for (const task of tasks)
        if (task.handedOut > 0 && !handedOut.has(keyOf(workspace, task))) handedOut.set(keyOf(workspace, task), now)
    },
    /** Those that are to be given again, each once: no worker has begun anything of them. */
    take: (workspace: string, tasks: ReadonlyArray<TaskHistory>, now: number): ReadonlyArray<TaskHistory> => {
      const lost = tasks.filter((task) => {
        const at = handedOut.get(keyOf(workspace, task))
        return (
          at !== undefined &&
          task.finishes.length === 0 &&
          task.heartbeats === 0 &&
          !givenAgain.has(keyOf(workspace, task)) &&
          now - at > onItsWay.silence &&
          kills.some((kill) => at > kill - onItsWay.before && at < kill + onItsWay.looks)
        )
      })
      for (const task of lost) givenAgain.add(keyOf(workspace, task))
      return lost
    },
    /** The workspace and the id of each that was given again. */
    givenAgain: (): ReadonlyArray<string> => [...givenAgain],
  }
}
