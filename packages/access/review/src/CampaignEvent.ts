// What can happen in a campaign. Each is one line of its log, whole: an import of many answers is one event.
import { Schema } from "effect"

/** What a reviewer can decide about one item. */
export const Decision = Schema.Literals(["keep", "remove", "change", "disable"])
export type Decision = typeof Decision.Type

/** An answer to one item. */
export const Answer = Schema.Struct({ item: Schema.Int, decision: Decision, comment: Schema.String })
export type Answer = typeof Answer.Type

/** A file, by its content. */
export const KeptFile = Schema.Struct({ name: Schema.String, sha256: Schema.String, bytes: Schema.Int })
export type KeptFile = typeof KeptFile.Type

/** An ed25519 signature, and the public key (PEM) that it was checked with. Whose key that is, is for people to know. */
export const CheckedSignature = Schema.Struct({ publicKey: Schema.String, signature: Schema.String })
export type CheckedSignature = typeof CheckedSignature.Type

/** The sync that a step has read. */
export const ReadSync = Schema.Struct({
  file: KeptFile,
  syncId: Schema.String,
  startedAt: Schema.String,
  endedAt: Schema.String,
  workspace: Schema.NullOr(Schema.Struct({ id: Schema.String, name: Schema.String })),
})
export type ReadSync = typeof ReadSync.Type

/** Who answers for items. */
export const Reviewer = Schema.Struct({ email: Schema.String, name: Schema.String, role: Schema.String })
export type Reviewer = typeof Reviewer.Type

const Counts = Schema.Record(Schema.String, Schema.Int)

/** A date, `2026-12-31`. */
const DateText = Schema.String

/** A scope as it was written, what it was read as (a group or role by its id), and how many items it made. */
export const ReadScope = Schema.Struct({ text: Schema.String, means: Schema.String, items: Schema.Int })
export type ReadScope = typeof ReadScope.Type

/** How much of a resource type the frozen sync shows, and what it lacks, a sentence each. */
export const FrozenCoverage = Schema.Struct({
  resourceType: Schema.String,
  state: Schema.String,
  gaps: Schema.Array(Schema.String),
})
export type FrozenCoverage = typeof FrozenCoverage.Type

/**
 * How an item stands in a newer sync: `there`; `inherited`, no longer held itself; `gone`, alone or with its account or what it was
 * on; `cameBack`, there after a sync that did not show it; `notShown`, there after a change of which no sync shows whether it was made;
 * `notKnown`, as the sync could not see it.
 */
export const Standing = Schema.Literals([
  "there",
  "inherited",
  "gone",
  "goneWithAccount",
  "goneWithResource",
  "cameBack",
  "notShown",
  "notKnown",
])
export type Standing = typeof Standing.Type

/**
 * What becomes of an item when the campaign closes: `kept`; `keptGone`, kept, though it is gone since; `revoke` or `disable` by the command; `worklist`, by hand; `gone`
 * already; `exception`, left as it is for a reason.
 */
export const Disposition = Schema.Literals(["kept", "keptGone", "revoke", "disable", "worklist", "gone", "exception"])
export type Disposition = typeof Disposition.Type

/** The campaign begins; its population is frozen. */
const Started = Schema.TaggedStruct("started", {
  name: Schema.String,
  due: DateText,
  version: Schema.String,
  sync: ReadSync,
  coverage: Schema.Array(FrozenCoverage),
  scopes: Schema.Array(ReadScope),
  /** Patterns of further entitlements that make an account privileged. */
  privileged: Schema.Array(Schema.String),
  /** Patterns of the entitlements that the connector calls base memberships, which are out of scope unless a scope names one. */
  base: Schema.Array(Schema.String),
  /** Grants in the file; in scope and out of scope, by reason, add up to it. */
  grants: Schema.Int,
  inScope: Schema.Int,
  outOfScope: Counts,
  /** Those who got no item too. */
  reviewers: Schema.Array(Schema.Struct({ ...Reviewer.fields, items: Schema.Int })),
  fallback: Schema.NullOr(Schema.String),
  /** Those who review each other. */
  mutual: Schema.Array(Schema.Array(Schema.String)),
  acceptedGaps: Schema.Array(Schema.String),
  acceptedReason: Schema.NullOr(Schema.String),
  previousCampaign: Schema.NullOr(Schema.Struct({ name: Schema.String, head: Schema.String })),
  items: KeptFile,
  /**
   * Accounts of unknown kind that a scope leaves out, patterns that fit nothing, lines of reviewers.csv that got no item, and earlier syncs that could not be read,
   * a sentence each.
   */
  notes: Schema.Array(Schema.String),
  /** The SHA-256 of the key of the codes, which itself never leaves the folder. */
  keySha256: Schema.String,
})

/**
 * Answers of reviewers, from files that were imported together. Who filled a file is not proved: it was received as theirs, unless
 * a signature of it was checked.
 */
const Imported = Schema.TaggedStruct("imported", {
  files: Schema.Array(
    Schema.Struct({
      file: KeptFile,
      reviewer: Reviewer,
      late: Schema.Boolean,
      answers: Schema.Array(Answer),
      signed: Schema.NullOr(CheckedSignature),
    }),
  ),
  receivedFrom: Schema.NullOr(Schema.String),
})

/** Items go to another reviewer. */
const Assigned = Schema.TaggedStruct("assigned", {
  items: Schema.Array(Schema.Int),
  to: Reviewer,
  reason: Schema.String,
})

/** The campaign has more time; or, once it has closed, some of its removals have. */
const Extended = Schema.TaggedStruct("extended", {
  due: DateText,
  reason: Schema.String,
  /** The removals; none where it is the whole campaign. */
  items: Schema.Array(Schema.Int),
})

/** Reviewers were reminded, by whoever sends such texts. */
const Reminded = Schema.TaggedStruct("reminded", { reviewers: Schema.Array(Schema.String), reason: Schema.String })

/** Answers are final. */
const Closed = Schema.TaggedStruct("closed", {
  sync: ReadSync,
  openItems: Schema.Literals(["refuse", "exception", "remove"]),
  reason: Schema.NullOr(Schema.String),
  /** Until when removals are to be done, where that is not the day on which the campaign is due. */
  removeBy: Schema.NullOr(DateText),
  dispositions: Schema.Array(Schema.Struct({ item: Schema.Int, disposition: Disposition, note: Schema.String })),
  files: Schema.Array(KeptFile),
})

/** Something was done by hand, or stays as it is for a reason (`accepted`). */
const Remediated = Schema.TaggedStruct("remediated", {
  items: Schema.Array(Schema.Int),
  reason: Schema.String,
  accepted: Schema.Boolean,
})

/** A newer sync was compared with what was to be removed. */
const Verified = Schema.TaggedStruct("verified", {
  sync: ReadSync,
  standings: Schema.Array(Schema.Struct({ item: Schema.Int, standing: Standing })),
  /** Grants in scope that began after the freeze, so that nobody has reviewed them. */
  notReviewed: Schema.Int,
  /** The table that lists them. */
  notReviewedFile: Schema.NullOr(KeptFile),
})

/** Somebody who answered nothing takes responsibility. */
const SignedOff = Schema.TaggedStruct("signedOff", {
  as: Schema.String,
  role: Schema.String,
  email: Schema.NullOr(Schema.String),
  /** The head of the log that they sign off. */
  head: Schema.String,
  signed: Schema.NullOr(CheckedSignature),
})

/** An event of a campaign. */
export const CampaignEvent = Schema.Union([
  Started,
  Imported,
  Assigned,
  Extended,
  Reminded,
  Closed,
  Remediated,
  Verified,
  SignedOff,
])
export type CampaignEvent = typeof CampaignEvent.Type

/** An event of one kind. */
export type EventOf<Tag extends CampaignEvent["_tag"]> = Extract<CampaignEvent, { readonly _tag: Tag }>
