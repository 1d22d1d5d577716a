// Somebody who answered nothing takes responsibility for a campaign of which every removal is verified or accepted.
import { Effect } from "effect"
import type { Campaign } from "./Campaign.ts"
import { eventsOf } from "./Campaign.ts"
import type { EventOf, Reviewer } from "./CampaignEvent.ts"
import { afterSignOff } from "./eventWords.ts"
import { changeCampaign } from "./changeCampaign.ts"
import { foldAddress, isAddress } from "./Reviewers.ts"
import { refuse } from "./ReviewError.ts"
import { privateKeyIn, signed, signOffText } from "./signatures.ts"
import { openRemovals } from "./removalStates.ts"
import { standingWords } from "./words.ts"

/** Items that an error names. */
const mostNamed = 5

/** A name as it is compared: its words, whatever their order, case, marks and punctuation. It guards against slips, and proves nothing. */
const foldName = (name: string): string =>
  name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[\s\p{P}]+/u)
    .filter((word) => word !== "")
    .toSorted()
    .join(" ")

type Named = Pick<EventOf<"signedOff">, "as"> & { readonly email?: string | null | undefined }

/** All that a person may be called who was named so, as names are compared. */
const namesOf = ({ as, email }: Named): ReadonlySet<string> =>
  new Set([as, ...as.split(/[,;()<>[\]/|]+/u), ...(typeof email === "string" ? [email] : [])].map(foldName))

const isNamed = (said: ReadonlySet<string>, { email, name }: Reviewer): boolean =>
  [email, name].some((text) => text !== "" && said.has(foldName(text)))

/** Whether whoever signed off was to review items of the campaign, though they answered none. */
export const wasReviewer = ({ reviewers }: Campaign, signer: Named): boolean => {
  const said = namesOf(signer)
  return [...reviewers.values()].some((reviewer) => isNamed(said, reviewer))
}

/** Who signs off. */
export interface Signer {
  /** By name or address. */
  readonly as: string
  readonly role: string
  readonly email?: string | undefined
  /** A private key, so that others can check who did. */
  readonly keyFile?: string | undefined
}

/** Signs off as this person, who is none of those that answered items. */
export const signOff = (path: string, { as, role, email, keyFile }: Signer) =>
  changeCampaign(
    path,
    Effect.fnUntraced(function* (campaign) {
      const name = as.trim()
      if (name === "" || role.trim() === "") {
        return yield* refuse("OutOfOrder", "Nobody is named.", "Say who signs off, with --as and --role.")
      }
      if (eventsOf(campaign, "verified").length === 0) {
        const what = "No removal has been verified."
        return yield* refuse(
          "OutOfOrder",
          what,
          "`rollcall review verify` with a sync made after the removals comes first.",
        )
      }
      const before = eventsOf(campaign, "signedOff").at(-1)
      if (before !== undefined && afterSignOff(campaign).length === 0) {
        const what = `${before.as} has signed off the campaign, and nothing has happened since.`
        return yield* refuse("OutOfOrder", what, "`rollcall review evidence` makes the archive of it.")
      }
      const answered = eventsOf(campaign, "imported").flatMap(({ files }) => files.map(({ reviewer }) => reviewer))
      if (email !== undefined && !isAddress(email)) {
        return yield* refuse("OutOfOrder", `${email} is no e-mail address.`, "Give the address of whoever signs off.")
      }
      const said = namesOf({ as: name, email })
      const decided = answered.find((it) => isNamed(said, it))
      if (decided !== undefined) {
        const isByAddress = email !== undefined && foldAddress(email) === decided.email
        const who = isByAddress ? `${name}, whose address is ${decided.email},` : name
        const what = `${who} has answered items of the campaign.`
        return yield* refuse("NotAllowed", what, "Whoever signs off must not have decided.")
      }
      const open = openRemovals(campaign)
      if (open.length > 0) {
        const list = open
          .slice(0, mostNamed)
          .map(
            ({ item, standing }) =>
              `item ${item} (${standing === undefined ? "not verified yet" : standingWords[standing]})`,
          )
        const more = open.length > mostNamed ? ` and ${open.length - mostNamed} more` : ""
        const what = `${open.length} ${open.length === 1 ? "removal is" : "removals are"} not done: ${list.join(", ")}${more}.`
        const hint = "Carry them out and verify again, or accept them with `rollcall review remediate --accept`."
        return yield* refuse("NotAllowed", what, hint)
      }
      const { id, head } = campaign.log
      const key = keyFile === undefined ? undefined : yield* privateKeyIn(keyFile)
      const signer = { as: name, role: role.trim(), email: email === undefined ? null : foldAddress(email) }
      return {
        _tag: "signedOff" as const,
        ...signer,
        head,
        signed: key === undefined ? null : signed(signOffText(id, head, signer), key),
      }
    }),
  )
