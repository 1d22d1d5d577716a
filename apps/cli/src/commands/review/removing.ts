// The steps after the answers: what is removed, whether it is gone, who signs it off, and the evidence of all of it.
import { Argument, Flag } from "effect/cli"
import { optionalPath, optionalText } from "../commonFlags.ts"
import {
  auditFields,
  campaign,
  exitCode,
  force,
  items,
  reason,
  several,
  step,
  syncFields,
  unpackingFields,
  verifyFields,
} from "./step.ts"

export const close = step(
  "close",
  "Make the answers final, and write the lists of what is to be removed.",
  syncFields,
  {
    campaign,
    openItems: Flag.Literals("open-items", ["refuse", "exception", "remove"]).pipe(
      Flag.withDescription("What becomes of items without a decision (default: refuse)"),
      Flag.withDefault("refuse"),
    ),
    reason,
    removeBy: optionalText(
      "remove-by",
      undefined,
      "date",
      "Until when removals are to be done (default: when the campaign is due)",
    ),
    owner: optionalText(
      "owner",
      undefined,
      "text",
      "Who does what no command can do (default: whoever reviewed the item)",
    ),
  },
  [{ command: "rollcall review close --campaign q4 --file sync.c1z", description: "with a sync made after the start" }],
  (steps, own, context) => steps.close(own, context),
)

export const remediate = step(
  "remediate",
  "Record what was done by hand, or why something stays.",
  [],
  {
    campaign,
    items,
    accept: Flag.Boolean("accept").pipe(
      Flag.withDescription("It stays as it is, for the reason given."),
      Flag.withDefault(false),
    ),
    reason,
  },
  [{ command: "rollcall review remediate --campaign q4 --items 4 --reason 'made a member, ticket 812'" }],
  (steps, own, context) => steps.remediate(own, context),
)

export const verify = step(
  "verify",
  "Look in a newer sync whether what was to be removed is gone.",
  verifyFields,
  {
    campaign,
    exitCode,
  },
  [{ command: "rollcall review verify --campaign q4 --file sync.c1z" }],
  (steps, own, context) => steps.verify(own, context),
)

export const signOff = step(
  "sign-off",
  "Take responsibility for a campaign of which every removal is verified.",
  [],
  {
    campaign,
    as: optionalText("as", undefined, "name", "Who signs off: somebody who decided nothing."),
    role: optionalText("role", undefined, "text", "In which role."),
    email: optionalText("email", undefined, "e-mail", "Their address, which is compared with those of the reviewers."),
    key: optionalPath("key", "Their private key (ed25519, PEM), so that others can check it."),
  },
  [{ command: "rollcall review sign-off --campaign q4 --as 'Carol Smith' --role 'Head of audit'" }],
  (steps, own, context) => steps.signOff(own, context),
)

export const evidence = step(
  "evidence",
  "Pack all of the campaign into one archive for an auditor.",
  auditFields,
  {
    campaign,
    out: optionalPath("out", "The archive to write, such as evidence.zip."),
    key: optionalPath("key", "A private key (ed25519, PEM) to sign it with."),
    verifiedIn: several(
      "verified-in",
      "file",
      "A file in which removals were verified, to be packed too so that check verifies again; can be given several times.",
    ),
    force,
  },
  [{ command: "rollcall review evidence --campaign q4 --out evidence.zip --key review.key" }],
  (steps, own, context) => steps.evidence(own, context),
)

export const check = step(
  "check",
  "Compute everything in an archive of evidence again, on any machine.",
  unpackingFields,
  {
    archive: Argument.Path("archive").pipe(Argument.withDescription("The archive.")),
    publicKey: optionalPath("public-key", "The public key (PEM) of whoever signed it, from outside the archive."),
  },
  [{ command: "rollcall review check evidence.zip --public-key review.pub" }],
  (steps, own, context) => steps.check(own, context),
)
