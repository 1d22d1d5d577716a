// How much garbage V8 lets pile up.
import { setFlagsFromString } from "node:v8"

/**
 * Has V8 collect earlier from now on: young garbage in the room it has now, old garbage after so many percent of growth. V8 lets garbage
 * pile up while memory is there to be had, several times what a sync needs; a sync runs beside other work, on small machines and in
 * containers. Both flags take effect while the program runs.
 */
export const keepHeapTight = (growth = 40): void => {
  setFlagsFromString("--semi-space-growth-factor=1")
  setFlagsFromString(`--heap-growing-percent=${growth}`)
}
