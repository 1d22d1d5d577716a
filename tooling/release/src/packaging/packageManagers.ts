// What Homebrew and Scoop read to install the programs of a release: where each archive is, and its hash.

/** Where the archives of a release are, and what they hold. */
export interface Archives {
  readonly version: string
  /** The address of this repository, or null while it has none: then archives are named as files beside this one. */
  readonly repository: string | null
  /** SHA-256 of each archive, by the name of its file. */
  readonly hashes: ReadonlyMap<string, string>
}

const description = "Who is in a Slack workspace, and what they may do"

const archive = ({ version, repository, hashes }: Archives, system: string, ending: string) => {
  const file = `rollcall-${version}-${system}.${ending}`
  const hash = hashes.get(file)
  if (hash === undefined) throw new Error(`The release has no ${file}.`)
  return { url: repository === null ? file : `${repository}/releases/download/v${version}/${file}`, hash }
}

/** `rollcall.rb`, the formula of a Homebrew tap. */
export const homebrewFormula = (archives: Archives): string => {
  const choice = (system: string) => {
    const { url, hash } = archive(archives, system, "tar.gz")
    // Homebrew takes a file beside the formula by its whole path alone.
    const address = archives.repository === null ? `file://#{__dir__}/${url}` : url
    return `      url "${address}"\n      sha256 "${hash}"`
  }
  const processors = (system: string) => `    on_arm do
${choice(`${system}-arm64`)}
    end
    on_intel do
${choice(`${system}-x64`)}
    end`
  const homepage = archives.repository === null ? "" : `  homepage "${archives.repository}"\n`
  return `class Rollcall < Formula
  desc "${description}"
${homepage}  version "${archives.version}"
  license "Apache-2.0"

  on_macos do
${processors("darwin")}
  end
  on_linux do
${processors("linux")}
  end

  def install
    libexec.install "rollcall"
    bin.install_symlink libexec/"rollcall"
    bin.install_symlink libexec/"rollcall" => "rollcall-worker"
    man1.install Dir["man/man1/*"]
    bash_completion.install Dir["completions/bash/*"]
    zsh_completion.install Dir["completions/zsh/*"]
    fish_completion.install Dir["completions/fish/*"]
    doc.install "README.md", "LICENSE", "licences"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/rollcall --version")
    assert_match version.to_s, shell_output("#{bin}/rollcall-worker --version")
  end
end
`
}

/** `rollcall.json`, the manifest of a Scoop bucket. */
export const scoopManifest = (archives: Archives): string => {
  const { url, hash } = archive(archives, "win32-x64", "zip")
  const { repository, version } = archives
  return `${JSON.stringify(
    {
      version,
      description,
      ...(repository === null ? {} : { homepage: repository }),
      license: "Apache-2.0",
      architecture: { "64bit": { url, hash, extract_dir: `rollcall-${version}-win32-x64` } },
      bin: ["rollcall.exe", "rollcall-worker.cmd"],
      ...(repository === null
        ? {}
        : {
            checkver: { github: repository },
            autoupdate: {
              architecture: {
                "64bit": {
                  url: `${repository}/releases/download/v$version/rollcall-$version-win32-x64.zip`,
                  extract_dir: "rollcall-$version-win32-x64",
                },
              },
              hash: { url: "$baseurl/SHA256SUMS" },
            },
          }),
    },
    undefined,
    2,
  )}\n`
}
