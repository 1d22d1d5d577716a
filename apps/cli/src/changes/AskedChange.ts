// A change as a person wrote it, on the command line or on a line of a list.

/** A change in the words of the one who asks for it. A grant's id names entitlement and principal at once. */
export type AskedChange = { readonly where: Where } & (
  | { readonly entitlement: string; readonly principal: string }
  | { readonly grant: string }
)

/** What was asked for. */
export interface Asked {
  readonly changes: ReadonlyArray<AskedChange>
  /** Where the list came from; absent where the flags name one change. */
  readonly list?: { readonly name: string; readonly isStandardInput: boolean }
}

/** A flag, or a line of the list. */
export type Where = { readonly flag: string } | { readonly line: number }
