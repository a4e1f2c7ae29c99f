import { Auth0EventStream } from "../../components/index.ts";
import type { Auth0EventStreamArgs } from "../../components/index.ts";
import type { KindProgram } from "../kind.ts";

/** A validated spec is what the component takes, less its name. */
export const auth0EventStreamProgram: KindProgram = ({ name, spec }, options) =>
  new Auth0EventStream(name, { ...(spec as Omit<Auth0EventStreamArgs, "name">), name }, options).statusOutputs();
