import { worlds } from "../src/worlds.ts"
import { sweepOf } from "./sweepOf.ts"

sweepOf(worlds.filter(({ name }) => !name.startsWith("Business+")))
