// Whose certificates are believed: those that Node believes, and one more authority where a setting names its file.
import { X509Certificate } from "node:crypto"
import { readFileSync } from "node:fs"
import { getCACertificates } from "node:tls"
import { Effect } from "effect"
import { C1Error } from "../C1Error.ts"

const pem = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gsu

/** How connections to C1 are secured. */
export interface Trust {
  readonly ca?: Array<string>
  readonly minVersion: "TLSv1.2"
}

/**
 * Trust in what Node trusts, and in the authorities in this PEM file. It holds for C1 alone: what the process trusts
 * elsewhere stays as it is.
 */
export const trustIn = (caFile: string | undefined): Effect.Effect<Trust, C1Error> => {
  if (caFile === undefined) return Effect.succeed({ minVersion: "TLSv1.2" })
  return Effect.try({
    try: () => {
      const own = readFileSync(caFile, "utf8").match(pem) ?? []
      return own.map((certificate) => new X509Certificate(certificate).toString())
    },
    catch: (cause) => badCertificate(caFile, cause),
  }).pipe(
    Effect.filterOrFail(
      (own) => own.length > 0,
      () => badCertificate(caFile),
    ),
    // A list of its own takes the place of Node's, so Node's goes along.
    Effect.map((own): Trust => ({ ca: [...getCACertificates("default"), ...own], minVersion: "TLSv1.2" })),
  )
}

const badCertificate = (file: string, cause?: unknown) =>
  new C1Error({
    reason: "BadCertificate",
    message: `${file} holds no certificate of an authority that could be read.`,
    hint: "Name a PEM file, one with -----BEGIN CERTIFICATE----- in it, that this user may read.",
    ...(cause === undefined ? {} : { cause }),
  })
