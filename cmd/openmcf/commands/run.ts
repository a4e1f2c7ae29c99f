import { InvalidInput, RemoteFailure, StateProblem, diagnostic } from "../../../pkg/diagnostics/index.ts";
import { OperationsServer, SpoolError } from "../../../pkg/delivery/index.ts";
import type { Pipeline } from "../../../pkg/delivery/index.ts";
import type { LoadResult } from "../../../pkg/manifest/index.ts";
import { addressOf, receiversOf, startReceiver } from "../../../pkg/receivers/index.ts";
import type { ReceiverSetup } from "../../../pkg/receivers/index.ts";
import { createReceiverProgress } from "../../../pkg/report/index.ts";
import { EXIT } from "../context.ts";
import type { Command, Context } from "../context.ts";
import { execute } from "../execute.ts";
import type { RunFlags } from "../flags.ts";
import { loadForWork } from "../load-input.ts";
import { registerWithSandbox } from "../sandbox-receivers.ts";

interface RunReceiverFlags extends RunFlags {
  provision?: boolean;
  ephemeral?: boolean;
  logFormat?: "human" | "json";
  showEvents?: boolean;
}

/** `openmcf run`: everything that the manifests' other ends need, until it is stopped. */
export const runReceivers: Command<RunReceiverFlags> = async (context, flags) => {
  const setups = setupsOf(await loadForWork(context, flags), context);
  const running = new Running(context, flags);
  try {
    for (const setup of setups) await running.start(setup);
    await running.serveOperations(setups);
    // Listening comes first: what Auth0 sends at once must not be missed.
    const code = flags.provision || flags.ephemeral ? await deploy(context, flags, "apply") : EXIT.done;
    if (code !== EXIT.done) return code;
    await running.untilStopped();
    return EXIT.done;
  } finally {
    await running.stop();
    // The first Ctrl-C ended the run; what it has made goes all the same.
    if (flags.ephemeral) await deploy({ ...context, signal: new AbortController().signal }, flags, "destroy");
  }
};

function setupsOf({ manifests }: LoadResult, { cwd }: Context): ReceiverSetup[] {
  const setups = receiversOf(manifests, cwd);
  if (setups.length > 0) return setups;
  throw new InvalidInput(
    diagnostic("nothing-to-run", "no manifest has a receiver", {
      hint: "add spec.receiver to a webhook or http destination; docs/receiver.md begins with one",
    }),
  );
}

/** Runs a verb on the manifests; its report goes to stderr, since stdout may be a sink's. */
function deploy(context: Context, flags: RunReceiverFlags, verb: "apply" | "destroy"): Promise<number> {
  const { terminal } = context;
  const quiet = { ...context, terminal: { ...terminal, out: terminal.err, isLive: false } };
  const own = { ...flags, yes: true, output: "human" as const };
  return execute(quiet, own, { verb, isPreview: false, asks: false, needsCredentials: true });
}

/** The pipelines of a process. */
class Running {
  readonly #context: Context;
  readonly #flags: RunReceiverFlags;
  readonly #pipelines: Pipeline[] = [];
  readonly #operations: OperationsServer[] = [];
  readonly #goodbyes: (() => void)[] = [];
  readonly #progress: ReturnType<typeof createReceiverProgress>;

  constructor(context: Context, flags: RunReceiverFlags) {
    this.#context = context;
    this.#flags = flags;
    this.#progress = createReceiverProgress(
      context.terminal,
      flags.logFormat ?? "human",
      () => this.#pipelines.map((pipeline) => pipeline.status()),
      Date.now,
    );
  }

  async start(setup: ReceiverSetup): Promise<void> {
    const { out, err } = this.#context.terminal;
    const pipeline = await startReceiver(setup, { out, err }).catch((error: unknown) => {
      throw startFailure(error, setup);
    });
    this.#pipelines.push(pipeline);
    const { address } = pipeline.status();
    this.#progress.note(`${setup.name} listens on ${address}${setup.path}`);
    for (const { message } of pipeline.findings) this.#progress.note(`${setup.name}: ${message}`);
    if (this.#flags.sandbox) {
      const scheme = setup.receiver.tls ? "https" : "http";
      this.#goodbyes.push(await registerWithSandbox(this.#context, setup.name, `${scheme}://${address}`));
    }
  }

  /** One server for each address that the receivers name. */
  async serveOperations(setups: readonly ReceiverSetup[]): Promise<void> {
    for (const text of new Set(setups.map(({ operations }) => operations))) {
      const names = new Set(setups.filter(({ operations }) => operations === text).map(({ name }) => name));
      const server = new OperationsServer(() =>
        this.#pipelines.map((pipeline) => pipeline.status()).filter(({ name }) => names.has(name)),
      );
      const { host, port } = addressOf(text);
      const bound = await server.listen(host, port).catch((error: unknown) => {
        throw listenFailure(error, text);
      });
      this.#operations.push(server);
      this.#progress.note(`health and metrics on ${host}:${bound.port}`);
    }
  }

  /** @throws RemoteFailure when a pipeline cannot go on. */
  async untilStopped(): Promise<void> {
    const { signal } = this.#context;
    this.#progress.start();
    const stopped = new Promise<void>((resolve) =>
      signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve()),
    );
    await Promise.race([stopped, ...this.#pipelines.map(({ failed }) => failed)]).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      throw new RemoteFailure(diagnostic("receiver-failed", `a sink or the spool cannot go on: ${message}`));
    });
  }

  async stop(): Promise<void> {
    for (const goodbye of this.#goodbyes) goodbye();
    await Promise.all(this.#pipelines.map((pipeline) => pipeline.stop()));
    await Promise.all(this.#operations.map((server) => server.close()));
    this.#progress.stop();
  }
}

function startFailure(error: unknown, { name, receiver, folder }: ReceiverSetup): unknown {
  if (!(error instanceof SpoolError)) return listenFailure(error, receiver.listen);
  const where = receiver.spool?.directory ?? `spool/${name}`;
  if (error.code === "owned")
    return new StateProblem(
      diagnostic("spool-in-use", `the spool ${where} is that of ${error.message}`, {
        hint: "only one process can use a spool: stop the other one, or set another folder for this receiver",
      }),
    );
  return new StateProblem(
    diagnostic("spool-unusable", `the spool ${where} (from ${folder}) cannot be used: ${error.message}`, {
      hint: "check the folder's disk and its owner",
    }),
  );
}

function listenFailure(error: unknown, address: string): unknown {
  const { code, syscall, path } = error as NodeJS.ErrnoException;
  if (syscall === "open" && path)
    return new InvalidInput(diagnostic("file-unreadable", `${path} cannot be read: ${code}`, { file: path }));
  if (syscall !== "listen" && syscall !== "getaddrinfo") return error;
  const hint = code === "EADDRINUSE" ? "another process has it" : "is it an address of this machine?";
  return new RemoteFailure(diagnostic("cannot-listen", `cannot listen on ${address}: ${code}`, { hint }));
}
