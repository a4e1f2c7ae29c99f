import { readFileSync } from "node:fs";
import { migrateStacks } from "../../../pkg/deploy/index.ts";
import type { Migration } from "../../../pkg/deploy/index.ts";
import { InvalidInput, diagnostic } from "../../../pkg/diagnostics/index.ts";
import { manifestDiagnostic, manifestKey } from "../../../pkg/manifest/index.ts";
import type { Manifest } from "../../../pkg/manifest/index.ts";
import { jsonDiagnostic, renderDiagnostics } from "../../../pkg/report/index.ts";
import { StackSecrets, decodeDeployment, encodeDeployment, ownSalt, parseExport } from "../../../pkg/state/index.ts";
import type { Deployment, Passphrase } from "../../../pkg/state/index.ts";
import { EXIT } from "../context.ts";
import type { Command, Context } from "../context.ts";
import { badFlag, exitCodeOf } from "../failure.ts";
import type { BackendFlags } from "../flags.ts";
import { loadForWork } from "../load-input.ts";
import { notApplied } from "../not-applied.ts";
import { printDocument } from "../print-document.ts";
import { withWorkspace } from "../workspace.ts";
import type { Workspace } from "../workspace.ts";

interface StateFlags extends BackendFlags {
  /** Backend to move to. */
  to?: string;
  file?: string;
}

/** `openmcf state export|import|migrate`. */
export const state: Record<"export" | "import" | "migrate", Command<StateFlags>> = {
  /** Prints a stack as `pulumi stack export` does; secrets are encrypted. */
  export: (context, flags) =>
    withOneStack(context, flags, async (manifest, { folder, engine, passphrase }) => {
      const snapshot = folder ? undefined : await engine.snapshot(manifest.stack);
      const deployment = folder
        ? await folder.read(manifest.stack)
        : snapshot && (await encodeDeployment(snapshot, secretsOf(passphrase), new Date()));
      if (!deployment) throw new InvalidInput(notApplied(manifest, "is not applied"));
      context.terminal.out(`${JSON.stringify({ version: 3, deployment }, null, 2)}\n`);
      return EXIT.done;
    }),

  /** Puts on record what {@link state.export} or `pulumi stack export` has printed. */
  import: (context, flags) =>
    withOneStack(context, flags, async (manifest, { engine, passphrase }) => {
      const deployment = readDeployment(flags.file);
      const there = await engine.snapshot(manifest.stack);
      if ((there?.resources.length ?? 0) > 0)
        throw new InvalidInput(
          manifestDiagnostic(
            manifest,
            "stack-exists",
            `${manifestKey(manifest)} has resources on record already`,
            "an import would forget them; it takes a stack that is empty or not there",
          ),
        );
      await engine.restore(
        manifest.stack,
        await decodeDeployment(deployment, secretsOf(passphrase, deployment.secrets_providers)),
      );
      const { project, stack } = manifest.stack;
      context.terminal.out(`${project}/${stack}  ${deployment.resources?.length ?? 0} resources on record\n`);
      return EXIT.done;
    }),

  /** Moves stacks to another backend. */
  migrate: async (context, flags) => {
    if (flags.sandbox) throw badFlag("the sandbox's state stays with it: leave --sandbox out");
    const loaded = await loadForWork(context, flags, "defer");
    const { to = "", engine: _, ...rest } = flags;
    const migrations = await withWorkspace(context, flags, loaded, ({ engine: source }) =>
      withWorkspace(context, { ...rest, backend: to }, loaded, (target) =>
        migrateStacks(loaded.manifests, source, {
          ...target.runOptions(loaded.manifests),
          signal: context.signal,
        }),
      ),
    );
    await printMigrations(context, flags, migrations, to);
    const failed = migrations.flatMap(({ diagnostics }) => diagnostics);
    return failed.length > 0 ? exitCodeOf(failed) : EXIT.done;
  },
};

async function printMigrations(
  { terminal }: Context,
  { output }: StateFlags,
  migrations: readonly Migration[],
  to: string,
): Promise<void> {
  const failed = migrations.flatMap(({ diagnostics }) => diagnostics);
  const named = migrations.map(({ manifest: { stack, kind, metadata }, result, diagnostics }) => ({
    stack: `${stack.project}/${stack.stack}`,
    manifest: { kind: kind.kind, name: metadata.name },
    result,
    diagnostics: diagnostics.map(jsonDiagnostic),
  }));
  if (output !== "human") await printDocument(terminal, output, { stacks: named });
  else
    for (const { stack, result } of named)
      terminal.out(`${stack}  ${result === "moved" ? `moved to ${to}` : "left where it was"}\n`);
  if (failed.length > 0) terminal.err(`${renderDiagnostics(failed, terminal.paintErr).join("\n")}\n`);
}

async function withOneStack(
  context: Context,
  flags: StateFlags,
  work: (manifest: Manifest, workspace: Workspace) => Promise<number>,
): Promise<number> {
  const { manifests } = await loadForWork(context, flags, "defer");
  const [manifest, another] = manifests;
  if (!manifest || another) throw badFlag("this takes one manifest at a time", "openmcf state migrate takes many");
  return withWorkspace(context, flags, undefined, (workspace) => work(manifest, workspace));
}

function secretsOf(passphrase: Passphrase, provider?: Deployment["secrets_providers"]): StackSecrets {
  return new StackSecrets(passphrase, ownSalt, provider);
}

function readDeployment(file: string | undefined): Deployment {
  if (file === undefined) throw badFlag("--file is missing: what openmcf state export or pulumi stack export printed");
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new InvalidInput(
      diagnostic("file-unreadable", `${file} cannot be read`, { file, hint: "check the path given with --file" }),
    );
  }
  return parseExport(file, text);
}
