// The part of CHANGELOG.md that is about one version.

/** What stands below the heading of a version; undefined where there is none. */
export const changesOf = (changelog: string, version: string): string | undefined => {
  const sections = changelog.split(/^## /mu)
  const found = sections.find((it) => it.split("\n", 1)[0] === version)
  return found?.slice(found.indexOf("\n") + 1).trim()
}
