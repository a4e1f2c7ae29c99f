import { Auth0EventStream } from "../../components/index.ts";
import type { Auth0EventStreamArgs } from "../../components/index.ts";
import type { KindProgram } from "../kind.ts";

/** A validated spec is what the component takes, less its name, and without what runs elsewhere. */
export const auth0EventStreamProgram: KindProgram = ({ name, spec }, options) => {
  const { receiver: _, ...args } = spec as Omit<Auth0EventStreamArgs, "name"> & { receiver?: unknown };
  return new Auth0EventStream(name, { ...args, name }, options).statusOutputs();
};
