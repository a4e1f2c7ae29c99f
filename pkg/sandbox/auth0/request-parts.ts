import { ApiFault } from "./errors.ts";

/** A step of a path, decoded. @throws ApiFault 400. */
export function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    throw new ApiFault(400, "Malformed percent-encoding in the path", "invalid_uri");
  }
}

/** A body that is a JSON object. @throws ApiFault 400. */
export function json(body: string): unknown {
  try {
    const value = JSON.parse(body) as unknown;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Falls through to the same answer.
  }
  throw new ApiFault(400, "Invalid request payload JSON format", "invalid_body");
}
