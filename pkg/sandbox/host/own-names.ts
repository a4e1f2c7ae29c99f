/**
 * Names that this machine has for itself, and those of the AWS endpoints that are played. A page in a browser may reach a
 * server on this machine by a name of its own that it lets point to 127.0.0.1 (DNS rebinding); it cannot use these.
 */
const OWN = [
  /^([a-z0-9-]+\.)*localhost$/,
  /^127(\.\d{1,3}){3}$/,
  /^\[::1\]$/,
  /^(events|sqs|sns|logs|lambda|iam|sts)(\.[a-z0-9-]+)?\.amazonaws\.com(\.cn)?$/,
];

/** Whether a request is for one of the sandbox's own names. @param host the `Host` header. */
export function isOwnName(host: string | undefined): boolean {
  const name = (host ?? "").toLowerCase().replace(/:\d+$/, "");
  return OWN.some((pattern) => pattern.test(name));
}
