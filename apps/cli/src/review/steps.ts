// The steps of a review, loaded when one of them is run.
export * from "./campaignSteps.ts"
export * from "./evidenceSteps.ts"
export * from "./removalSteps.ts"
export type { StepContext } from "./stepContext.ts"
export * from "./tableSteps.ts"
