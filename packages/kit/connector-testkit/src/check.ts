// The contract without a test runner: for a program that tries a connector and reports what it found.
export * from "./checkContract.ts"
export type * from "./ConnectorWorld.ts"
export type { RequirementNeed } from "./Requirement.ts"
