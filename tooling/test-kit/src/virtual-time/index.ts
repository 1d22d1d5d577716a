export * from "./leapingClock.ts"
export * from "./virtualClock.ts"
