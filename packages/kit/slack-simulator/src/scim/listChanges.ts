// A list that changes while it is walked: the entry that comes or goes stands at its beginning, so that every later offset
// moves by one.
import type { Accounts } from "./writes/Accounts.ts"
import type { Groups } from "./writes/Groups.ts"
import { locationOf, urns } from "./schemas.ts"

interface Lists {
  readonly accounts: Accounts
  readonly groups: Groups
}

const newcomer = (id: string, number: number) => ({
  schemas: [urns.v2.user],
  id,
  externalId: "",
  meta: { created: "2024-01-01T00:00:00Z", location: locationOf("v2", "Users", id) },
  userName: `newcomer.${number}`,
  nickName: `newcomer.${number}`,
  name: { givenName: "New", familyName: `Comer ${number}` },
  displayName: `newcomer.${number}`,
  profileUrl: "",
  title: "",
  timezone: "Europe/Berlin",
  emails: [{ value: `newcomer.${number}@simulated.example`, primary: true }],
  photos: [],
})

/** Lets somebody or a group come, or the first group go: users are never deleted. */
export const changeList = ({ accounts, groups }: Lists, operation: string, change: "created" | "deleted"): void => {
  if (operation === "scim.users.list" && change === "created") {
    accounts.create((id) => newcomer(id, accounts.created().length))
  }
  if (operation !== "scim.groups.list") return
  const [first] = groups.ids()
  if (change === "created") groups.create(`newcomers ${groups.ids().length}`, [], "2024-01-01T00:00:00Z")
  else if (first !== undefined) groups.delete(first)
}
