// Which users and groups are still being written: Slack refuses a second write on them with `resource_locked`.
// https://docs.slack.dev/reference/scim-api

export interface WriteLocks {
  /** Holds the object until a time; false when it is held already. */
  readonly hold: (id: string, now: number, until: number) => boolean
}

/** The locks of one simulator. A lock ends by the clock, even when the writer has hung up. */
export const makeWriteLocks = (): WriteLocks => {
  const heldUntil = new Map<string, number>()
  return {
    hold: (id, now, until) => {
      if ((heldUntil.get(id) ?? now) > now) return false
      if (until > now) heldUntil.set(id, until)
      return true
    },
  }
}
