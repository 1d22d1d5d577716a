export * from "./htmlPage.ts"
export { baseStyle } from "./baseStyle.ts"
