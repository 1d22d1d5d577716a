// All that is tried, in this order.
import type { Artefact } from "./Artefact.ts"
import { binary } from "./artefacts/binary.ts"
import { binaryForArm } from "./artefacts/binaryForArm.ts"
import { chart } from "./artefacts/chart.ts"
import { debianPackage } from "./artefacts/debianPackage.ts"
import { image } from "./artefacts/image.ts"
import { packages } from "./artefacts/packages.ts"

export const artefacts: ReadonlyArray<Artefact> = [...packages, binary, binaryForArm, debianPackage, image, chart]
