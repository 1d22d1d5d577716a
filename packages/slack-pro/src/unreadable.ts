// What becomes of records that Slack sent and nobody can read: each is left out and counted.
import type { Page, Warning } from "@rollcall/connector"

/** The part of a page that says how many records of one kind were left out. */
export const unreadable = (kind: string, count: number): Pick<Page, "warnings"> => {
  const warning: Warning = {
    code: `unreadable-${kind.replace(" ", "-")}`,
    message: `Slack sent a ${kind} that cannot be read, such as one without an id; it was left out.`,
  }
  return count === 0 ? {} : { warnings: Array.from({ length: count }, () => warning) }
}
