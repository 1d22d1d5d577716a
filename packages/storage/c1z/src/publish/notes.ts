// What a person should know about how a sync was published: things of one kind counted, with one of them as an example.
import type { Warning } from "@rollcall/connector"

// Words after "12 records were", by the code of a warning of the encoders or of ours.
const outcomes: Readonly<Record<string, string>> = {
  "record-refused": "left out, as a .c1z file cannot hold them",
  "text-truncated": "stored with a text cut to the length that ConductorOne allows",
  "instant-unreadable": "stored without a creation time that could not be read",
  "type-not-listed": "left out, as their resource type is not part of the sync",
  "entitlement-unknown": "left out, as they are grants of an entitlement that no step gave",
  "resource-unknown": "stored though they are entitlements on a resource that no step gave",
}

/** Counts what was left out or changed. */
export class Notes {
  readonly #plain: Array<string> = []
  readonly #counted = new Map<string, { count: number; readonly example: string }>()

  /** Notes something that is told as it stands. */
  add(note: string): void {
    this.#plain.push(note)
  }

  /** Counts a warning. */
  count({ code, message }: Warning): void {
    const known = this.#counted.get(code)
    if (known === undefined) this.#counted.set(code, { count: 1, example: message })
    else known.count++
  }

  get all(): ReadonlyArray<string> {
    const counted = [...this.#counted].map(([code, { count, example }]) => {
      const subject = count === 1 ? "1 record was" : `${count} records were`
      return `${subject} ${outcomes[code] ?? code}: ${count === 1 ? "" : "for example, "}${example}.`
    })
    return [...this.#plain, ...counted]
  }
}
