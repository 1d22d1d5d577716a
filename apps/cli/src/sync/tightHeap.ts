// Memory that stays small. V8 lets garbage pile up while memory is there to be had, several times what a sync needs; a
// sync runs beside other work, on small machines and in containers.
import { setFlagsFromString } from "node:v8"

/** Has V8 collect earlier from now on: the heap may grow by a fifth before old garbage is collected. */
export const keepHeapTight = (): void => setFlagsFromString("--heap-growing-percent=20")
