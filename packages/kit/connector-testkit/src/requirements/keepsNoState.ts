// All that a page may depend on is the cursor and the evidence, because the process that read the page before may be gone.
// Killing and resuming within one process cannot show that: a variable of a module outlives the run. So each page is asked
// alone, and gets the answers about earlier pages that it got before.
import assert from "node:assert/strict"
import type {
  Comparison,
  Connector,
  Evidence,
  Page,
  PageRequest,
  Resource,
  UnknownPrincipals,
} from "@rollcall/connector"
import { allRecordsOf } from "@rollcall/connector"
import { Effect, Layer } from "effect"
import type { ConnectorWorld } from "../ConnectorWorld.ts"
import { freshConnector, wholeRun } from "../runs.ts"

/**
 * Notes every page of a whole run, then asks for each alone, the last one first, from a connector and clients that have
 * just been started, and compares.
 */
export const keepsNoState = Effect.fnUntraced(function* <R>(tried: ConnectorWorld<R>) {
  const connector = yield* freshConnector(tried)
  const noted: Array<NotedPage> = []
  yield* wholeRun(noting(connector, noted), tried.world)

  for (const { step, request, answers, page } of noted.toReversed()) {
    const alone = yield* freshConnector(tried)
    assert.notStrictEqual(alone, connector, "`connector` gave the same object twice: import the connector inside of it")
    const again = alone.steps.find((candidate) => candidate.id === step)
    const told = again
      ?.page({ ...request, evidence: answeredAs(answers) })
      .pipe(Effect.map(wholePage), Effect.provide(Layer.fresh(tried.world), { local: true }))
    const where = `the page of ${step} ${request.cursor === undefined ? "without a cursor" : `at ${request.cursor}`}`
    assert.deepStrictEqual(told && (yield* told), page, `${where}, asked alone, is not that of the whole run`)
  }
})

interface NotedPage {
  readonly step: string
  readonly request: PageRequest
  readonly answers: Answers
  readonly page: Page
}

/** The page with the records of its pieces among its own. */
const wholePage = (page: Page): Page => ({ ...page, ...allRecordsOf(page), more: undefined })

/** The connector, but each page that it gives is noted. */
const noting = <R>(connector: Connector<R>, noted: Array<NotedPage>): Connector<R> => ({
  ...connector,
  steps: connector.steps.map((step) => ({
    ...step,
    page: (request) => {
      const answers: Answers = {
        unseen: new Map(),
        count: new Map(),
        compare: new Map(),
        parents: new Map(),
        unknownPrincipals: new Map(),
      }
      const evidence = notingAnswers(request.evidence, answers)
      return Effect.tap(step.page({ ...request, evidence }), (page) =>
        Effect.sync(() => noted.push({ step: step.id, request, answers, page: wholePage(page) })),
      )
    },
  })),
})

/** What the evidence answered about the pages before, by what it was asked. */
interface Answers {
  readonly unseen: Map<string, ReadonlyArray<string>>
  readonly count: Map<string, number>
  readonly compare: Map<string, Comparison>
  readonly parents: Map<string, ReadonlyArray<Resource>>
  readonly unknownPrincipals: Map<string, UnknownPrincipals>
}

const notingAnswers = (
  evidence: Evidence,
  { unseen, count, compare, parents, unknownPrincipals }: Answers,
): Evidence => ({
  unseen: (...asked) => noteIn(unseen, asked, evidence.unseen(...asked)),
  count: (...asked) => noteIn(count, asked, evidence.count(...asked)),
  compare: (...asked) => noteIn(compare, asked, evidence.compare(...asked)),
  parents: (...asked) => noteIn(parents, asked, evidence.parents(...asked)),
  unknownPrincipals: (...asked) => noteIn(unknownPrincipals, asked, evidence.unknownPrincipals(...asked)),
})

const noteIn = <A, E>(notes: Map<string, A>, asked: ReadonlyArray<unknown>, answer: Effect.Effect<A, E>) =>
  Effect.tap(answer, (it) => Effect.sync(() => notes.set(JSON.stringify(asked), it)))

/** Evidence that gives the same answers again, and none to what was not asked then. */
const answeredAs = ({ unseen, count, compare, parents, unknownPrincipals }: Answers): Evidence => ({
  unseen: (...asked) => answerFrom(unseen, asked),
  count: (...asked) => answerFrom(count, asked),
  compare: (...asked) => answerFrom(compare, asked),
  parents: (...asked) => answerFrom(parents, asked),
  unknownPrincipals: (...asked) => answerFrom(unknownPrincipals, asked),
})

const answerFrom = <A>(notes: ReadonlyMap<string, A>, asked: ReadonlyArray<unknown>): Effect.Effect<A> => {
  const answer = notes.get(JSON.stringify(asked))
  return answer === undefined
    ? Effect.die(
        new Error(`asked alone, it wants to know of earlier pages what it did not ask before: ${String(asked)}`),
      )
    : Effect.succeed(answer)
}
