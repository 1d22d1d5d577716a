// What the least number of calls and the least time for a full sync are, by Slack's published numbers.

/** `auth.test`, `team.info`, the pages of `users.list` (Slackbot is a member too) and one `usergroups.list`. */
export const fewestCalls = (users: number, pageSize: number): number => 2 + Math.ceil((users + 1) / pageSize) + 1

/** Seconds of pacing between the pages of `users.list`, the slowest method, at 20 calls a minute. */
export const leastSeconds = (users: number, pageSize: number): number =>
  ((Math.ceil((users + 1) / pageSize) - 1) * 60) / 20

/** Work may wait a twentieth longer than the published limits make it wait. */
export const mostOfLeast = 1.05
