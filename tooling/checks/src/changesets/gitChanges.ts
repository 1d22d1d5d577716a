// Asks git what changed, and against what that is to be judged. It knows nothing of packages or changesets.
import { execFileSync } from "node:child_process"

/** The files that changed, their paths from the root, and a word for the point that they are compared with. */
export interface Changes {
  readonly since: "main" | "the last release" | "the beginning"
  readonly files: ReadonlyArray<string>
}

/**
 * What changed in the working tree of `root`, uncommitted work included. On a branch: since it left main. On main
 * itself: since the last release, which is the last commit that wrote a CHANGELOG.md, or else since the beginning.
 * A shallow clone shows less history, never an error. Undefined where there is no git repository with a commit.
 */
export const gitChanges = (root: string): Changes | undefined => {
  const git = (...args: ReadonlyArray<string>): string | undefined => {
    try {
      return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim()
    } catch {
      return undefined
    }
  }
  const files = (...args: ReadonlyArray<string>) =>
    git(...args, "-z")
      ?.split("\0")
      .filter(Boolean) ?? []
  const untracked = () => files("ls-files", "--others", "--exclude-standard")
  const since = (commit: string) => [...files("diff", "--name-only", "--no-renames", commit), ...untracked()]

  const head = git("rev-parse", "--verify", "HEAD")
  if (head === undefined) return undefined
  const left = git("merge-base", "HEAD", "origin/main") ?? git("merge-base", "HEAD", "main")
  if (left !== undefined && left !== head) return { since: "main", files: since(left) }
  const release = git("log", "-1", "--format=%H", "--", "*/CHANGELOG.md")
  if (release) return { since: "the last release", files: since(release) }
  return { since: "the beginning", files: [...files("ls-files"), ...untracked()] }
}
