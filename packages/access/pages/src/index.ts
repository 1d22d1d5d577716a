export * from "./htmlPage.ts"
export { baseStyle, colours } from "./baseStyle.ts"
