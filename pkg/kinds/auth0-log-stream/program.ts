import { Auth0LogStream } from "../../components/index.ts";
import type { Auth0LogStreamArgs } from "../../components/index.ts";
import type { KindProgram } from "../kind.ts";

/** A validated spec is what the component takes, less its name. */
export const auth0LogStreamProgram: KindProgram = ({ name, spec }, options) =>
  new Auth0LogStream(name, { ...(spec as Omit<Auth0LogStreamArgs, "name">), name }, options).statusOutputs();
