import { invalidQuery } from "./errors.ts";

/** Page size: 1 to 100, 50 when not given. @throws ApiFault 400. */
export function readTake(query: URLSearchParams): number {
  const take = Number(query.get("take") ?? 50);
  if (!Number.isInteger(take) || take < 1)
    throw invalidQuery(`Value ${query.get("take")} is less than minimum 1`, "take");
  if (take > 100) throw invalidQuery(`Value ${take} is greater than maximum 100`, "take");
  return take;
}
