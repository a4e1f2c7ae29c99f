import { EXIT } from "../context.ts";
import type { Command } from "../context.ts";
import type { OutputFlags } from "../flags.ts";
import { packageVersion } from "../package-version.ts";

/** `openmcf version`: ours, Node's. Nothing is looked up on the network. */
export const version: Command<OutputFlags> = async ({ terminal }, { output }) => {
  const versions = { "auth0-streams": packageVersion(), node: process.versions.node };
  terminal.out(
    output === "json"
      ? `${JSON.stringify(versions)}\n`
      : `auth0-streams ${versions["auth0-streams"]} (node ${versions.node})\n`,
  );
  return EXIT.done;
};
