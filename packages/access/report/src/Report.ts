// What a report says of one sync: figures, and who they are about. Accounts come as a stream, so memory does not grow with the sync.
import type { AccessEnd, AccountAttributes, Comparison, ListedResource } from "@rollcall/access"
import { endText } from "@rollcall/access"
import type { Resource, ResourceId, StoreError } from "@rollcall/connector"
import type { Stream } from "effect"
import type { Figure, ReportFigures } from "./figures.ts"
import type { Tally, Unseen } from "./pageData.ts"

export type { Figure, ReportFigures } from "./figures.ts"
export { figureText, longOpenDays } from "./figures.ts"
export type { Tally, Unseen } from "./pageData.ts"

/** How much there is of a resource type. */
export interface ReportedType {
  readonly id: string
  readonly name: string
  readonly resources: Figure
  readonly entitlements: Figure
  readonly grants: Figure
}

/** A group, of those that are largest. */
export interface ReportedGroup {
  readonly id: ResourceId
  readonly name: string
  readonly typeName: string
  readonly members: Figure
  /** Of how many members accounts say that they are in it: the first so many. */
  readonly listed: number
}

/** How long an invitation is open. */
export interface OpenInvitation {
  /** RFC 3339. */
  readonly since: string
  /** Whether it was open then already, so that it may be older. */
  readonly atLeast: boolean
  readonly days: number
}

/** Something that an account holds, and that ends. */
export interface ReportedEnd extends AccessEnd {
  readonly entitlement: string
  /** What the access is called. */
  readonly access: string
}

/** One account. */
export interface ReportedAccount {
  readonly id: ResourceId
  readonly name: string
  readonly attributes: AccountAttributes & Pick<Resource, "createdAt">
  /** The names of its roles. */
  readonly roles: ReadonlyArray<string>
  /** The names of what makes it privileged, such as roles. */
  readonly privilegedBy: ReadonlyArray<string>
  /** How many groups it is in. */
  readonly groups: number
  /** Which of `Report.groups` it is in, by their places, as far as they are listed. */
  readonly inGroups: ReadonlyArray<number>
  /** How many resources it holds something on, beyond what it is and where it belongs. */
  readonly holds: number
  /** Of an invitation; `null` where its age is not known. */
  readonly open: OpenInvitation | null
  /** What it holds that ends, the first end first; absent where no ends are known. */
  readonly ends?: ReadonlyArray<ReportedEnd> | undefined
}

/** Where a report comes from. */
export interface ReportSource {
  readonly file: string
  /** Of the file, in hexadecimal. */
  readonly sha256: string
  readonly bytes: number
  readonly syncId: string
  /** `full` or narrower. */
  readonly syncType: string
  readonly startedAt: string
  /** `null` where the sync has not finished. */
  readonly endedAt: string | null
  /** `null` in files of other programs, as is the connector. */
  readonly workspace: { readonly id: string; readonly name: string } | null
  readonly connector: string | null
  /** Of Rollcall. */
  readonly version: string
  readonly madeAt: string
}

/** A report. */
export interface Report {
  readonly source: ReportSource
  readonly figures: ReportFigures
  /** Accounts by status, kind and second factor, those of whom it is not known among them; the most frequent first. */
  readonly statuses: ReadonlyArray<Tally>
  readonly kinds: ReadonlyArray<Tally>
  readonly secondFactors: ReadonlyArray<Tally>
  readonly types: ReadonlyArray<ReportedType>
  /** The largest groups, the largest first. */
  readonly groups: ReadonlyArray<ReportedGroup>
  readonly unseen: ReadonlyArray<Unseen>
  /** What changed; or why it cannot be said. */
  readonly changes: Comparison | { readonly none: string }
  /** All accounts. */
  readonly accounts: Stream.Stream<ReportedAccount, StoreError>
  /** Who is in a group, as far as the sync shows it. */
  readonly membersOf: (group: ReportedGroup, most: number) => Stream.Stream<ListedResource, StoreError>
}

/** An e-mail address; `none`, or `unknown` where it was not read. */
export const emailText = ({ email, unknown }: AccountAttributes): string =>
  email ?? (unknown.includes("email") ? "unknown" : "none")

/** A status or a kind as people read it. */
export const statusText = ({ status }: AccountAttributes): string => status ?? "unknown"

/** `on`, `off` or `unknown`. */
export const mfaText = ({ mfa }: AccountAttributes): string => (mfa === undefined ? "unknown" : mfa ? "on" : "off")

/** What of an account's access ends, and when. */
export const endTexts = ({ ends = [] }: Pick<ReportedAccount, "ends">): ReadonlyArray<string> =>
  ends.map((end) => `${end.access}: ${endText(end)}`)

/** Since when an invitation is open, and how many days. */
export const openText = (open: OpenInvitation | null): { readonly since: string; readonly days: string } =>
  open === null
    ? { since: "not known", days: "not known" }
    : {
        since: `${open.atLeast ? "before " : ""}${open.since.slice(0, 10)}`,
        days: `${open.atLeast ? "at least " : ""}${open.days}`,
      }
