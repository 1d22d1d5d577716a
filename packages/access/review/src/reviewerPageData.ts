// What a reviewer's page is given, and what it gives back. Without imports, as the page's own script shares it.

/** An item in the page. */
export interface PageItem {
  readonly item: number
  readonly code: string
  /** A text for each of the columns. */
  readonly shown: ReadonlyArray<string>
  /** The decisions that need a comment. */
  readonly commentFor: ReadonlyArray<string>
  /** What was answered before the page was made; "" where nothing was. */
  readonly decision: string
  readonly comment: string
}

/** The data of a reviewer's page. */
export interface ReviewerPageData {
  /** `mark` is how files name it. */
  readonly campaign: {
    readonly id: string
    readonly name: string
    readonly mark: string
    readonly workspace: string | null
  }
  /** A date, `2026-12-31`. */
  readonly due: string
  readonly reviewer: { readonly email: string; readonly name: string; readonly role: string }
  /** From 1, of so many pages that the reviewer gets. */
  readonly part: number
  readonly parts: number
  readonly columns: ReadonlyArray<string>
  /** Each decision and the words for it. */
  readonly decisions: ReadonlyArray<readonly [decision: string, words: string]>
  /** Characters of a comment. */
  readonly longestComment: number
  /** What its files are called, without what they hold and the extension. */
  readonly fileName: string
  readonly items: ReadonlyArray<PageItem>
}

/** The file that the page saves. A draft has a format of its own, so that nobody takes it for the answer. */
export interface SavedDecisions {
  readonly format: "rollcall-decisions" | "rollcall-draft"
  readonly version: 1
  readonly campaign?: string | undefined
  readonly reviewer: string
  readonly columns: ReadonlyArray<string>
  readonly items: ReadonlyArray<{
    readonly item: number
    readonly code: string
    readonly shown: ReadonlyArray<string>
    readonly decision: string
    readonly comment: string
  }>
}
