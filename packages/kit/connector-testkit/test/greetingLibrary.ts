// A connector that is healthy while it is alone in a process: what it was opened with is a variable of its module, so that a
// second instance opens the first one again.
import type { Connector } from "@rollcall/connector"
import { Effect } from "effect"
import { library } from "./library.ts"
import type { Library } from "./library.ts"

let greeting = ""

/** The library, whose readers carry the greeting that it was opened with. */
export const greetingLibrary = (text: string): Connector<Library> => {
  greeting = text
  return {
    ...library,
    steps: library.steps.map((step) => ({
      ...step,
      page: (request) =>
        Effect.map(step.page(request), (page) => ({
          ...page,
          resources: page.resources?.map((resource) => ({ ...resource, description: greeting })) ?? [],
        })),
    })),
  }
}
