import { UNKNOWN } from "../../values/index.ts";
import type { Finding } from "../kind.ts";
import { parseArn } from "../../aws/index.ts";

type Path = Finding["path"];

/** Where the bus will be; parts that are not known yet are left out. */
export interface BusPlace {
  region?: string;
  account?: string;
}

/** A resource that must be in the bus's own region and account, and is not. */
export function elsewhere(text: string | undefined, place: BusPlace, path: Path, what: string): Finding[] {
  const arn = text === undefined || text === UNKNOWN ? undefined : parseArn(text);
  if (!arn) return [];
  if (place.region && arn.region && arn.region !== place.region)
    return [
      {
        code: "wrong-region",
        path,
        message: `${what} is in ${arn.region}, but the event bus is in ${place.region}`,
        hint: "only another event bus may be in another region: send events there, and on from it",
      },
    ];
  if (place.account && arn.account && /^\d/.test(arn.account) && arn.account !== place.account)
    return [
      {
        code: "wrong-account",
        path,
        message: `${what} is of account ${arn.account}, but the event bus is of ${place.account}`,
        hint: "give a roleArn that may reach it, or send to an event bus of that account",
      },
    ];
  return [];
}

/** A name over its limit. */
export function tooLong(name: string | undefined, limit: number, what: string, path: Path): Finding[] {
  if (name === undefined || name === UNKNOWN || name.length <= limit) return [];
  const message = `${name} has ${name.length} characters; the name of ${what} has at most ${limit}`;
  return [{ code: "name-too-long", path, message }];
}
