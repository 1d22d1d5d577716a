export * from "./leapingClock.ts"
export * from "./virtualClock.ts"
export * from "./yieldingClock.ts"
