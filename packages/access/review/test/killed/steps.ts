// The steps of a small campaign in a folder, each to be taken once the one before it was.
import { join } from "node:path"
import { Effect } from "effect"
import {
  closeCampaign,
  extendCampaign,
  importAnswers,
  makeEvidence,
  openCampaign,
  signOff,
  startCampaign,
  verifyCampaign,
} from "../../src/index.ts"
import { boss, closing, reading } from "../campaigns.ts"
import { requestOf } from "../office.ts"
import { fileOf, tableOf } from "../tables.ts"

const remove = { Decision: "remove", Comment: "not needed" }

/** By name, in their order; each works on files that lie in the folder. */
export const stepsIn = (folder: string) => {
  const path = join(folder, "campaign")
  const file = (name: string) => join(folder, `${name}.c1z`)
  return {
    start: Effect.scoped(startCampaign(requestOf(folder, { file: file("frozen") }))),
    import: Effect.gen(function* () {
      const filled = Object.fromEntries([1, 2, 3, 4, 5, 6].map((item) => [item, remove]))
      const table = yield* tableOf(yield* openCampaign(path), boss, filled)
      yield* importAnswers(path, [fileOf(folder, "boss.csv", table)])
    }),
    extend: extendCampaign(path, "2027-01-31", "x".repeat(100_000)),
    close: closeCampaign(path, closing(file("newer"))),
    verify: verifyCampaign(path, file("gone"), reading),
    signOff: signOff(path, { as: "Carol", role: "Audit" }),
    evidence: makeEvidence({ campaign: path, output: join(folder, "evidence.zip"), force: true }),
  } satisfies Readonly<Record<string, Effect.Effect<unknown, unknown>>>
}

/** The name of a step. */
export type Step = keyof ReturnType<typeof stepsIn>
