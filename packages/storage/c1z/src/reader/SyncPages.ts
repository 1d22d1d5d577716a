// Pages of what one sync shows, as views: resources by name, who holds something on one, and what one principal holds.
import type { ResourceId, StoreError } from "@rollcall/connector"
import { Effect } from "effect"
import type { Held } from "./Expansion.ts"
import type { FacetCount, Page, PageIndex } from "./PageIndex.ts"
import type { PageQuery } from "./pageQuery.ts"
import { reading } from "./readFailure.ts"
import type { AccessView, ResourceView, ViewDetails } from "./views.ts"

/** What a principal holds on one resource. */
export type HeldOnOne = readonly [Held, ...Array<Held>]

/** How the reader of a sync makes views. Those that are no effects throw what SQLite throws. */
interface PageViews {
  /** The file that failures name. */
  readonly path: string
  readonly resource: (id: ResourceId, details: ViewDetails) => ResourceView
  readonly held: (principal: ResourceId) => Effect.Effect<ReadonlyArray<HeldOnOne>, StoreError>
  readonly access: (held: HeldOnOne) => AccessView
}

/** The pages of one sync. */
export class SyncPages {
  readonly #index: PageIndex
  readonly #views: PageViews

  constructor(index: PageIndex, views: PageViews) {
    this.#index = index
    this.#views = views
  }

  /** As `PageIndex` says it. */
  prepare(): Effect.Effect<void, StoreError> {
    return this.#index.prepare()
  }

  /** As `PageIndex` says it. */
  counts(holdersOf: ResourceId | undefined): Effect.Effect<ReadonlyArray<FacetCount>, StoreError> {
    return this.#index.counts(holdersOf)
  }

  /** As `PageIndex` says it. */
  page(query: PageQuery): Effect.Effect<Page<ResourceId> | undefined, StoreError> {
    return this.#index.page(query)
  }

  /** Resources by their ids, with how many hold something on them. What the sync does not list is there with a name that says so. */
  resources(
    ids: ReadonlyArray<ResourceId>,
    details: ViewDetails,
  ): Effect.Effect<ReadonlyArray<ResourceView>, StoreError> {
    const { path, resource } = this.#views
    return reading(path, () =>
      ids.map((id) => ({
        ...resource(id, { heldOn: details.heldOn }),
        holders: details.countHolders?.has(id.resourceType) === true ? this.#index.countHolders(id) : undefined,
      })),
    )
  }

  /**
   * A page of what `access` lists, by the names of the resources. What the principal holds is read whole for each; `undefined` where
   * the resource to come after is not in the sync.
   */
  access(
    principal: ResourceId,
    { after, limit }: { readonly after?: ResourceId | undefined; readonly limit: number },
  ): Effect.Effect<Page<AccessView> | undefined, StoreError> {
    return Effect.gen({ self: this }, function* () {
      yield* this.#index.prepare(false)
      const held = yield* this.#views.held(principal)
      return yield* reading(this.#views.path, () => {
        const first = after === undefined ? 0 : this.#index.rankOf(after)
        if (first === undefined) return undefined
        const inOrder = held
          .map((on) => ({ on, rank: this.#index.rankOf(on[0].resource) ?? Number.POSITIVE_INFINITY }))
          .filter(({ rank }) => rank > first)
          .toSorted((a, b) => a.rank - b.rank)
        const shown = inOrder.slice(0, limit)
        return {
          records: shown.map(({ on }) => this.#views.access(on)),
          next: inOrder.length > limit ? shown.at(-1)?.on[0].resource : undefined,
          total: held.length,
        }
      })
    })
  }
}
