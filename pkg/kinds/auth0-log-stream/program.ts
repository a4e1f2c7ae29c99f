import { Auth0LogStream } from "../../components/index.ts";
import type { Auth0LogStreamArgs } from "../../components/index.ts";
import type { KindProgram } from "../kind.ts";

/** A validated spec is what the component takes, less its name, and without what runs elsewhere. */
export const auth0LogStreamProgram: KindProgram = ({ name, spec }, options) => {
  const { receiver: _, ...args } = spec as Omit<Auth0LogStreamArgs, "name"> & { receiver?: unknown };
  return new Auth0LogStream(name, { ...args, name }, options).statusOutputs();
};
