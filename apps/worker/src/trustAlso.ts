// Further certificate authorities, believed in all that the process connects to: Slack behind a proxy that looks into TLS,
// ConductorOne, a collector.
import { ConfigError, environmentName } from "@rollcall/config"
import { Effect } from "effect"
import { X509Certificate } from "node:crypto"
import { readFileSync } from "node:fs"
import { getCACertificates, setDefaultCACertificates } from "node:tls"

const certificate = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gsu

/** Believes the authorities in a PEM file beside those that Node believes. */
export const trustAlso = (path: string): Effect.Effect<void, ConfigError> =>
  Effect.try({
    try: () => {
      const further = readFileSync(path, "utf8").match(certificate) ?? []
      if (further.length === 0) throw new Error("no certificate")
      // Node would leave out what it cannot read, without a word.
      const readable = further.map((pem) => new X509Certificate(pem).toString())
      setDefaultCACertificates([...getCACertificates("default"), ...readable])
    },
    catch: (cause) =>
      new ConfigError({
        reason: "UnreadableFile",
        message: `The file ${path} that ${environmentName("extra-ca-file")} names holds no certificate that can be read.`,
        hint: "Name a PEM file with the certificates of the authorities.",
        cause,
      }),
  })
