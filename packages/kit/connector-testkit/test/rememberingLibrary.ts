// A connector that breaks the contract in the way that is hardest to see: its first page leaves something in a variable
// of the module, and the later pages use it.
import type { Connector, Step } from "@rollcall/connector"
import { Effect } from "effect"
import { library } from "./library.ts"
import type { Library } from "./library.ts"

let firstReader: string | undefined

const remembering = (step: Step<Library>): Step<Library> => ({
  ...step,
  page: (request) =>
    Effect.map(step.page(request), (page) => {
      if (request.cursor === undefined) firstReader = page.resources?.[0]?.id.resource
      const remembered = firstReader === undefined ? {} : { description: `Joined after ${firstReader}` }
      return { ...page, resources: page.resources?.map((resource) => ({ ...resource, ...remembered })) ?? [] }
    }),
})

export const rememberingLibrary: Connector<Library> = {
  ...library,
  steps: library.steps.map((step) => (step.id === "readers" ? remembering(step) : step)),
}
