// What tables, CSV and flat JSON show of accounts. What was not read is `unknown` there, and null in JSON; what an account has not,
// `-`, and an empty text in JSON. Of what is no account nothing of it is shown.
import type { AccountAttribute } from "@rollcall/connector"
import type { AccountAttributes } from "./accountAttributes.ts"
import type { ListedAccount } from "./records.ts"
import type { Column } from "./render/renderListing.ts"

const none = "-"
const unknown = "unknown"

/** The columns of an account that belongs to a record. */
export const accountColumns = <A>(accountOf: (record: A) => ListedAccount | undefined): ReadonlyArray<Column<A>> => {
  const known =
    <V>(of: (attributes: AccountAttributes) => V) =>
    (record: A): V | undefined => {
      const account = accountOf(record)
      return account === undefined ? undefined : of(account.attributes())
    }
  return [
    {
      key: "email",
      title: "Email",
      value: (record) => known((it) => textOf(it, "email"))(record) ?? none,
      json: (record) => known((it) => it.email ?? (it.unknown.includes("email") ? null : ""))(record) ?? null,
    },
    {
      key: "status",
      title: "Status",
      value: (record) => known((it) => textOf(it, "status"))(record) ?? none,
      json: (record) => known((it) => it.status)(record) ?? null,
    },
    {
      key: "kind",
      title: "Kind",
      needs: "kinds",
      value: (record) => known((it) => it.kindText)(record) ?? none,
      json: (record) => known((it) => it.kind)(record) ?? null,
    },
    {
      key: "roles",
      title: "Roles",
      needs: "kinds",
      shown: "ifRoom",
      value: (record) => accountOf(record)?.roles?.join(", ") || none,
      json: (record) => accountOf(record)?.roles ?? null,
    },
    {
      key: "mfa",
      title: "2FA",
      needs: "kinds",
      shown: "ifRoom",
      value: (record) => known(({ mfa }) => (mfa === undefined ? unknown : mfa ? "on" : "off"))(record) ?? none,
      json: (record) => known(({ mfa }) => mfa)(record) ?? null,
    },
    {
      key: "kinds",
      title: "Kinds",
      needs: "kinds",
      shown: "chosen",
      value: (record) => known((it) => it.kinds.join(", ") || unknown)(record) ?? none,
      json: (record) => known((it) => (it.kinds.length === 0 ? null : it.kinds))(record) ?? null,
    },
    {
      key: "kindNote",
      title: "Kind Note",
      needs: "kinds",
      shown: "chosen",
      value: (record) => known((it) => it.kindNote)(record) ?? none,
    },
  ]
}

/** When the system created something. */
export const createdColumn = <A>(createdAt: (record: A) => string | undefined): Column<A> => ({
  key: "created",
  title: "Created",
  shown: "ifRoom",
  value: (record) => createdAt(record) ?? unknown,
  json: (record) => createdAt(record) ?? null,
})

const textOf = (attributes: AccountAttributes, name: Extract<AccountAttribute, "email" | "status">): string =>
  attributes[name] ?? (attributes.unknown.includes(name) ? unknown : none)
