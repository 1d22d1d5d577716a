// What the entitlements of a connector mean to somebody who reviews access. A connector's module declares it as data, so that
// readers of a file need neither the connector nor any knowledge of its system.
import type { AccountAttribute } from "./Coverage.ts"

/** What kind of account somebody has in the system. */
export type MeantKind = "member" | "guest" | "bot" | "invited"

/**
 * What holding an entitlement says of an account, for readers of files. An entitlement is named by a pattern of its id, in which
 * `*` stands for any text.
 */
export interface AccessMeanings {
  /** What kind of account holds it; the first that applies decides. An account that holds none of them is of no known kind. */
  readonly kinds: ReadonlyArray<{
    readonly entitlement: string
    readonly kind: MeantKind
    /** What people read behind the kind, such as how far a guest gets in: `one channel`. */
    readonly note?: string | undefined
  }>
  /** The entitlements that make an account privileged, such as those of owners and admins. */
  readonly privileged: ReadonlyArray<string>
  /**
   * The entitlements that every account has for as long as it is in the system, as nobody takes them away by themselves; none when
   * absent. A review leaves them out, so one that tells more, such as that an account is a guest, is not among them.
   */
  readonly base?: ReadonlyArray<string> | undefined
  /** The entitlements whose holders no API disables, and a sentence about what people have to do first; none when absent. */
  readonly notDisabled?:
    | ReadonlyArray<{
        readonly entitlement: string
        readonly first: string
      }>
    | undefined
  /** The attributes that accounts show where no gap names them: one that such an account lacks is absent, and not unknown. */
  readonly attributes: ReadonlyArray<AccountAttribute>
}
