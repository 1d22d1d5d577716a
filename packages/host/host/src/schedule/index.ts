export * from "./nextCronRun.ts"
export * from "./Timetable.ts"
