// Paths of a PATCH: `active`, `name.givenName`, `members[value eq "U1"]`, `urn:…:User:manager.managerId`.
// RFC 7644 §3.5.2, figure 7.
import { type Predicate, readFilter } from "../filter.ts"
import { type JsonObject, textOf } from "../json.ts"
import { pathFrom, urns } from "../schemas.ts"

export interface AttributePath {
  /** The URN of an extension, for its attributes; undefined for those of the core. */
  readonly extension: string | undefined
  /** Undefined for an extension as a whole. */
  readonly attribute: string | undefined
  /** Which elements of a multi-valued attribute are meant; undefined for the attribute itself. */
  readonly isMeant: Predicate<JsonObject> | undefined
  readonly subAttribute: string | undefined
}

/** Attributes as Slack writes them: names come without regard to case. */
const known = [
  "userName nickName name displayName profileUrl title timezone active emails photos addresses phoneNumbers userType",
  "roles preferredLanguage locale members givenName familyName honorificPrefix value primary type display employeeNumber",
  "costCenter organization division department manager managerId expiration channels startDate",
]
const spelled = new Map(known.flatMap((line) => line.split(" ")).map((name) => [name.toLowerCase(), name]))

/** The attribute's name as Slack spells it. */
export const spell = (name: string): string => spelled.get(name.toLowerCase()) ?? name

const extensions = [urns.v2.enterprise, urns.v2.guest, urns.v2.profile]
const form = /^(\w+)(?:\[(.+)\])?(?:\.(\w+))?$/s

const elementAttributes = Object.fromEntries(
  ["value", "display", "type", "primary"].map((name) => [
    name,
    (element: JsonObject) => {
      const value = element[name]
      return typeof value === "boolean" ? String(Number(value)) : textOf(value)
    },
  ]),
)

/** Reads a path; undefined for one that cannot be read. */
export const readAttributePath = (text: string): AttributePath | undefined => {
  const path = pathFrom(text.trim())
  const extension = extensions.find((urn) => path.toLowerCase().startsWith(urn.toLowerCase()))
  const inside = extension === undefined ? path : path.slice(extension.length).replace(/^:/, "")
  if (extension !== undefined && inside === "") {
    return { extension, attribute: undefined, isMeant: undefined, subAttribute: undefined }
  }
  const parts = form.exec(inside)
  if (parts === null) return undefined
  const [, attribute = "", filter, subAttribute] = parts
  const isMeant = filter === undefined ? undefined : readFilter(filter, elementAttributes)
  if (typeof isMeant === "string") return undefined
  return {
    extension,
    attribute: spell(attribute),
    isMeant,
    subAttribute: subAttribute === undefined ? undefined : spell(subAttribute),
  }
}
