// Why a file that a setting names cannot be read, in words that complete "The file … that … names".

/** By the code that Node gave the failure. */
export const whyUnreadable = (cause: unknown): string => {
  const code: unknown = typeof cause === "object" && cause !== null ? Reflect.get(cause, "code") : undefined
  if (code === "ENOENT") return "does not exist"
  if (code === "EACCES" || code === "EPERM") return "may not be read by this user"
  return "cannot be read"
}
