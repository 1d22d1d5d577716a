// The page that lies beside a program.
import type { Release } from "../Release.ts"
import { dateOf } from "../Release.ts"
import type { System } from "./systems.ts"

const starts: Readonly<Record<System["format"], string>> = {
  elf: `Put \`rollcall\` and its link \`rollcall-worker\` into a folder of PATH, such as \`/usr/local/bin\`. They need the GNU C library 2.28 or
newer and its C++ runtime: every current distribution with \`libstdc++6\` and \`libatomic1\` installed.`,
  "mach-o": `Put \`rollcall\` and its link \`rollcall-worker\` into a folder of PATH, such as \`/usr/local/bin\`. Where a browser has fetched the
archive, macOS asks before it runs the program, as long as no Apple account has signed it:
\`xattr -d com.apple.quarantine rollcall\` says that you trust it.`,
  pe: `Put \`rollcall.exe\` and \`rollcall-worker.cmd\` into a folder of PATH. A service runs \`rollcall.exe worker\`, which is the same.`,
}

/** README.md of an archive. */
export const readmeOf = (release: Release, system: System): string => `# Rollcall ${release.version} for ${system.name}

Commit ${release.commit} of ${dateOf(release)}.

${starts[system.format]}

\`\`\`sh
rollcall demo
rollcall --help
rollcall-worker --help
\`\`\`

The program has Node.js in it and needs none. Variables of Node such as NODE_EXTRA_CA_CERTS, NODE_USE_SYSTEM_CA and
NODE_USE_ENV_PROXY work; NODE_OPTIONS is not read. The licences of all that is in it are beside this page: \`LICENSE\` and the
folder \`licences\`.
`
