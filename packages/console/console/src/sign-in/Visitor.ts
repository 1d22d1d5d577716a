// Who uses the console, and what they may do.

/** What somebody may do: look; also pause and sync; also add, remove and rotate. */
export type Role = "viewer" | "operator" | "admin"

/** Somebody who was let in. */
export interface Visitor {
  /** Who says that it is them (`iss`); `local` for whoever may run commands as the user of the worker. */
  readonly issuer: string
  /** Their id there (`sub`). */
  readonly subject: string
  /** What they are called, for them to see. */
  readonly name: string
  readonly role: Role
  /** When they proved who they are, in milliseconds since the epoch. */
  readonly signedInAt: number
  /** What each of their forms has to bring along; of this session alone. */
  readonly csrfToken: string
}

const ranks: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 }

/** Whether somebody may do what asks for this role. */
export const mayAct = ({ role }: Pick<Visitor, "role">, needed: Role): boolean => ranks[role] >= ranks[needed]
