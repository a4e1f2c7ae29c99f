#!/usr/bin/env node
// The component package as a Pulumi plugin, for programs in any language: what PulumiPlugin.yaml runs, and the program
// `pulumi-resource-auth0-streams`. It is loaded by `require`, which knows no top-level await.
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { ComponentPackage } from "../../pkg/component-provider/index.ts";

// From dist/lib, as from here, to the package's root.
const schema = readFileSync(new URL("../../schemas/pulumi-package.json", import.meta.url), "utf8");
const { version } = JSON.parse(schema) as { version: string };

void pulumi.provider.main(new ComponentPackage(version, async () => schema), process.argv.slice(2));
