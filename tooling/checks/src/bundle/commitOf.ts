// The commit that a bundle says it was built from: a constant of `packages/host/host/src/answers/versionLine.ts`.

/** How many letters of a commit's id a person reads. */
const shownLetters = 7

/** The constants that these variables ask for. Fails where one is given without the other, or is something else. */
export const commitOf = ({
  ROLLCALL_COMMIT: commit = "",
  ROLLCALL_COMMIT_DATE: date = "",
}: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> => {
  if (commit === "" && date === "") return {}
  if (!/^[0-9a-f]{40}$/u.test(commit))
    throw new Error("ROLLCALL_COMMIT must be the whole id of a commit, with 40 digits.")
  const day = /^\d{4}-\d\d-\d\d(?=T|$)/u.exec(date)?.[0]
  if (day === undefined) {
    throw new Error("ROLLCALL_COMMIT_DATE must say when the commit was made, such as 2026-11-30T09:15:00+00:00.")
  }
  return { ROLLCALL_COMMIT: JSON.stringify({ id: commit.slice(0, shownLetters), day }) }
}
