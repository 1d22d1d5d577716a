// Reading a work file as a whole, in bounded portions: each resource with all that was said of it, each entitlement and
// grant once. `findSaidAgain` comes first.
import type { Contribution, Entitlement, Grant, Resource } from "@rollcall/connector"
import type { DatabaseSync, SQLOutputValue, StatementSync } from "node:sqlite"

/** Rows in one portion: some ten milliseconds of work, and little memory. */
const rowsPerPortion = 1000

type Row = Record<string, SQLOutputValue>

/** Each resource, with what every step said of it. */
export function* readContributions(db: DatabaseSync): Generator<ReadonlyArray<ReadonlyArray<Contribution>>> {
  const further = db.prepare(
    "select r.step, r.data from resources_again a join resources r on r.n = a.n where a.first = ? order by r.n",
  )
  const firsts = db.prepare(`
    select r.n, r.step, r.data, exists (select 1 from resources_again a where a.first = r.n) as again from resources r
    where r.n > ? and r.n not in (select n from resources_again) order by r.n limit ${rowsPerPortion}
  `)
  for (const rows of portions(firsts)) {
    yield rows.map((row) => {
      const first = contributionOf(row)
      if (row["again"] !== 1) return [first]
      return oncePerStep([first, ...further.all(row["n"] ?? null).map(contributionOf)])
    })
  }
}

/** Each entitlement. */
export function* readEntitlements(db: DatabaseSync): Generator<ReadonlyArray<Entitlement>> {
  const statement = db.prepare(`
    select n, data from entitlements
    where n > ? and n not in (select n from entitlements_again) order by n limit ${rowsPerPortion}
  `)
  for (const rows of portions(statement)) yield rows.map((row) => JSON.parse(String(row["data"])) as Entitlement)
}

/** Each grant. */
export function* readGrants(db: DatabaseSync): Generator<ReadonlyArray<Grant>> {
  const statement = db.prepare(`
    select n, id, entitlement, resource_type, resource, principal_type, principal, immutable from grants
    where n > ? and n not in (select n from grants_again) order by n limit ${rowsPerPortion}
  `)
  for (const rows of portions(statement)) yield rows.map(grantOfRow)
}

/** How many grants have a principal, of one of these types, that no step has shown; counted in portions. */
export function* countUnknownPrincipals(db: DatabaseSync, types: ReadonlyArray<string>): Generator<number> {
  const last = Number(db.prepare("select coalesce(max(n), 0) as last from grants").get()?.["last"])
  const statement = db.prepare(`
    select count(*) as unknown from grants g
    where n > ? and n <= ? and principal_type in (${types.map(() => "?").join(", ")})
      and not exists (select 1 from resources_told where type = g.principal_type and id = g.principal)
      and n not in (select n from grants_again)
  `)
  const span = 20 * rowsPerPortion
  for (let from = 0; from < last; from += span) {
    yield Number(statement.get(from, from + span, ...types)?.["unknown"])
  }
}

function* portions(statement: StatementSync): Generator<ReadonlyArray<Row>> {
  let last = 0
  for (;;) {
    const rows = statement.all(last)
    const end = rows.at(-1)
    if (end === undefined) return
    last = Number(end["n"])
    yield rows
  }
}

const contributionOf = (row: Row): Contribution => ({
  step: String(row["step"]),
  resource: JSON.parse(String(row["data"])) as Resource,
})

/** A step that says the same thing twice, as when people join while it pages, is believed the first time. */
const oncePerStep = (contributions: ReadonlyArray<Contribution>): ReadonlyArray<Contribution> => {
  const first = new Map<string, Contribution>()
  for (const it of contributions) if (!first.has(it.step)) first.set(it.step, it)
  return [...first.values()]
}

const grantOfRow = (row: Row): Grant => ({
  id: row["id"] as string,
  entitlement: row["entitlement"] as string,
  resource: { resourceType: row["resource_type"] as string, resource: row["resource"] as string },
  principal: { resourceType: row["principal_type"] as string, resource: row["principal"] as string },
  ...(row["immutable"] === 1 ? { immutable: true } : {}),
})
