// A step that reads children of what other steps have given, one parent after the other: the members of each team, the
// repositories of each organisation. Its cursor names the parent, so a sync that was killed goes on at the same page.
import { Effect, Option, Schema } from "effect"
import type { Page, PageRequest, Step } from "./Connector.ts"
import { ConnectorError, refusedAtFirstPage } from "./ConnectorError.ts"
import type { Resource } from "./model.ts"
import type { StoreError } from "./StoreError.ts"

/** What the page of a parent's children is asked for. */
export interface ChildPageRequest extends PageRequest {
  /** The stored resource, with all that the steps before have said of it. */
  readonly parent: Resource
  /** The `next` of the page before of the same parent; absent for its first page. */
  readonly cursor?: string
}

/**
 * Pages children for each stored resource of a type. The step names, in `after`, the steps that give the parents; each parent
 * is asked once, in the order of ids, and there is no call besides. Spread it into the step:
 *
 * ```ts
 * { id: "members", title: "members of teams", produces: ["team"], scopes: [], after: ["teams"],
 *   ...forEachResource("team", ({ parent, cursor }) => readMembers(parent.id.resource, cursor)) }
 * ```
 *
 * What a parent is refused, or that it is gone meanwhile, fails the page like that of any other step; a page function that
 * can do without this parent catches it, and gives a gap.
 */
export const forEachResource = <R>(
  parentType: string,
  page: (request: ChildPageRequest) => Effect.Effect<Page, ConnectorError | StoreError, R>,
): Pick<Step<R>, "parentType" | "page"> => ({
  parentType,
  page: Effect.fnUntraced(function* ({ cursor, ...request }) {
    const at = cursor === undefined ? { parent: undefined } : yield* placeOf(cursor)
    const [parent, following] = yield* request.evidence.parents(at.parent, 2)
    if (parent === undefined) return {}
    // A parent that is no longer there has no page to go on with.
    const within = parent.id.resource === at.parent ? at.within : undefined
    const { next, ...found } = yield* page({
      ...request,
      parent,
      ...(within === undefined ? {} : { cursor: within }),
    }).pipe(
      Effect.mapError((error) =>
        error._tag === "ConnectorError" && cursor !== undefined && within === undefined
          ? refusedAtFirstPage(error)
          : error,
      ),
    )
    if (next !== undefined) return { ...found, next: cursorOf(parent, next) }
    return following === undefined ? found : { ...found, next: cursorOf(following) }
  }),
})

/** A parent's id and, after its first page, the cursor within its children. */
const Place = Schema.fromJsonString(
  Schema.Union([Schema.Tuple([Schema.String]), Schema.Tuple([Schema.String, Schema.String])]),
)
const decodePlace = Schema.decodeOption(Place)

const cursorOf = ({ id }: Resource, within?: string): string =>
  JSON.stringify(within === undefined ? [id.resource] : [id.resource, within])

const placeOf = (cursor: string) =>
  Option.match(decodePlace(cursor), {
    onNone: () => Effect.fail(foreignCursor),
    onSome: ([parent, within]) => Effect.succeed({ parent, within }),
  })

const foreignCursor = new ConnectorError({
  reason: { _tag: "CursorExpired" },
  message: "The cursor names no parent.",
  hint: "The step starts again by itself.",
})
