export { makeSite } from "./makeSite.ts"
