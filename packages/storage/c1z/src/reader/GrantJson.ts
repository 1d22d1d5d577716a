// Grants as lines of JSON in the form of the Go viewer, put together from stored bytes. A file of 100,000 people has some 230,000 grants
// of 300 entitlements, and the JSON of each grant has its entitlement twice, what that is on three times, and who holds it: what many
// grants have in common is written once and kept (docs/decisions/0048-rows-from-bytes.md).
import type { RecordKind, RecordMessage, Stringify } from "@rollcall/c1-protocol"
import { JsonBytes, MalformedMessage, RecordJson, recordToJson, scanGrant } from "@rollcall/c1-protocol"
import type { ResourceId } from "@rollcall/connector"
import { grantOf, principalBytes } from "./GrantViews.ts"
import { unreadable } from "./readFailure.ts"
import type { Records } from "./Records.ts"
import { keep, keptBytes } from "./Records.ts"
import type { Row, RowReader } from "./Row.ts"
import { principalIdOf, resourceIdOf } from "./Row.ts"
import { entitlementViewToJson } from "./views.ts"

/** How lines of JSON are written. */
export interface JsonLines {
  /** How a value is written. */
  readonly stringify: Stringify
  /** What stands before each line but the first, such as a comma. */
  readonly separator: string
}

const utf8 = new TextEncoder()
const [begin, end] = [utf8.encode('{"grant":'), utf8.encode("}\n")]

/** Writes lines, one for each grant. */
export class GrantJson {
  readonly #path: string
  readonly #records: Records
  readonly #stringify: Stringify
  readonly #separator: Uint8Array
  readonly #out: JsonBytes
  readonly #json: RecordJson
  readonly #middles = new Map<string, Uint8Array>()
  #last: { readonly entitlement: string; readonly on: ResourceId; readonly middle: Uint8Array } | undefined
  #holder: { readonly id: ResourceId; readonly json: Uint8Array } | undefined
  #lines = 0

  constructor(path: string, records: Records, { stringify, separator }: JsonLines) {
    this.#path = path
    this.#records = records
    this.#stringify = stringify
    this.#separator = utf8.encode(separator)
    this.#out = new JsonBytes(stringify)
    this.#json = new RecordJson(this.#out)
  }

  /** The lines since the last time, in memory that is valid until the next line is written. */
  take(): Uint8Array {
    return this.#out.take()
  }

  /** Writes the line of the grant of a row with `listedGrantColumns`. Throws a StoreError where it cannot be read. */
  append(row: Row, read: RowReader): void {
    if (this.#lines++ > 0) this.#out.raw(this.#separator)
    this.#out.raw(begin)
    const data = read.bytes(row, "data")
    const isWhole = (row["expansion"] ?? null) === null && scanGrant(data)?.namesAll === true
    if (!isWhole || !this.#json.append("grant", data)) this.#general("grant", grantOf(this.#records, read, row))
    this.#out.raw(this.#middleOf(read.text(row, "entitlement_id"), resourceIdOf(read, row)))
    this.#appendHolder(principalIdOf(read, row), () => principalBytes(read, row))
    this.#out.raw(end)
  }

  #appendHolder(id: ResourceId, stored: () => Uint8Array | undefined): void {
    const { length } = this.#out
    const last = this.#holder
    if (last?.id.resource === id.resource && last.id.resourceType === id.resourceType) return this.#out.raw(last.json)
    const data = stored()
    if (data === undefined || !this.#json.append("resource", data)) {
      this.#general("resource", this.#records.holder(id, () => data).message())
    }
    this.#holder = { id, json: this.#out.slice(length).slice() }
  }

  /** What stands between the grant and who holds it: the entitlement, and what that is on. */
  #middleOf(entitlement: string, on: ResourceId): Uint8Array {
    const last = this.#last
    if (
      last?.entitlement === entitlement &&
      last.on.resource === on.resource &&
      last.on.resourceType === on.resourceType
    ) {
      return last.middle
    }
    const key = JSON.stringify([on.resourceType, on.resource, entitlement])
    const middle = this.#middles.get(key) ?? this.#middle(entitlement, on)
    if (middle.length <= keptBytes) keep(this.#middles, key, middle)
    this.#last = { entitlement, on, middle }
    return middle
  }

  #middle(id: string, on: ResourceId): Uint8Array {
    const entitlement = this.#records.entitlement(id, on)
    const json = this.#asJson(() => entitlementViewToJson({ entitlement, ...this.#records.resourceAndType(on) }))
    // Members of the same object as the grant.
    return utf8.encode(`,${this.#stringify(json).slice(1, -1)},"principal":`)
  }

  /** As JSON of other views is made, for what is stored in some other way. */
  #general<K extends RecordKind>(kind: K, message: RecordMessage<K>): void {
    this.#out.value(
      this.#asJson(() => {
        const json = recordToJson(kind, message)
        if (json instanceof MalformedMessage) throw json
        return json
      }),
    )
  }

  #asJson<A>(make: () => A): A {
    try {
      return make()
    } catch (cause) {
      throw unreadable(this.#path, "it holds a record that cannot be written as JSON", cause)
    }
  }
}
