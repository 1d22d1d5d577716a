// What differs on purpose between the files of a connector and those of another program that reads the same system, so that whoever
// moves over is told why. A connector's module declares it as data.

/** The kinds of records of a file. */
export type ComparedKind = "resourceType" | "resource" | "entitlement" | "grant"

/** Which of two files something is in: the other program's, or ours. */
export type FileSide = "theirs" | "ours"

/** A difference that is known, and why it is there. */
export interface KnownDifference {
  /** Lower-case words with hyphens, the same for ever: programs that read a comparison know it by that. */
  readonly id: string
  /** What differs, in a sentence. */
  readonly what: string
  /** Why it does, in a sentence or two. */
  readonly why: string
  /** The differences that it explains. */
  readonly where: ReadonlyArray<RecordPattern | ValuePattern>
}

/** Records that one file has alone. */
export interface RecordPattern {
  readonly kind: ComparedKind
  /** The type itself, that of the resource, or that of what the entitlement or the grant is on. */
  readonly resourceType: string
  readonly only: FileSide
  /** Only those without this value, by its place as in `ValuePattern`. */
  readonly without?: string | undefined
  /** Only where the other file has no such record of this type at all. */
  readonly otherHasNone?: true | undefined
}

/** Values of records that both files have. */
export interface ValuePattern {
  readonly kind: ComparedKind
  /** As in `RecordPattern`; any type when absent. */
  readonly resourceType?: string | undefined
  /**
   * The places of the values in the record, as the file's JSON names them, with annotations by the last part of their type:
   * `profile.title`, `annotations.UserTrait.status.status`. `*` stands for any text.
   */
  readonly path: string
  /** Where only one file has the value; else both have one, and they differ. */
  readonly only?: FileSide | undefined
  /** The other program's value; any when absent. */
  readonly theirs?: string | number | boolean | undefined
}

/** Another program that a connector replaces. */
export interface ReplacedConnector {
  /** Its name, such as `baton-slack`. */
  readonly name: string
  /** A difference is explained by the first that it is one of. */
  readonly differences: ReadonlyArray<KnownDifference>
}
