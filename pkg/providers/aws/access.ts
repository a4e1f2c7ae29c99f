import { setTimeout as sleep } from "node:timers/promises";
import { InvalidInput, diagnostic } from "../../diagnostics/index.ts";
import { asAwsError, isAwsError } from "./errors.ts";

/** How AWS is reached when not the way the SDK finds by itself: the sandbox. */
export interface AwsOverride {
  endpoint: string;
  /** Credentials for an account. */
  credentials: (account: string) => { accessKeyId: string; secretAccessKey: string };
}

/** A provider's config, as far as it matters here. */
export interface AwsConfig {
  region: string;
  /** The account that credentials must be of. */
  account?: string;
  profile?: string;
}

/** Services, and the module that holds what is used of each client. */
const MODULES = {
  events: () => import("./sdk-eventbridge.ts"),
  sqs: () => import("./sdk-sqs.ts"),
  sns: () => import("./sdk-sns.ts"),
  lambda: () => import("./sdk-lambda.ts"),
  iam: () => import("./sdk-iam.ts"),
  sts: () => import("./sdk-sts.ts"),
  logs: () => import("./sdk-logs.ts"),
};

/** A service, by the prefix of its IAM actions. */
export type Service = keyof typeof MODULES;
type Module<S extends Service> = Awaited<ReturnType<(typeof MODULES)[S]>>;
/** The SDK's name of a request. */
export type CommandName<S extends Service> = Extract<keyof Module<S>, `${string}Command`>;

/** The SDK's client, as far as it is used here. */
interface Client {
  send(command: object, options: { abortSignal: AbortSignal }): Promise<unknown>;
}

type Constructor<Input, Result> = new (input: Input) => Result;
type Instance<S extends Service, C extends CommandName<S>> = Module<S>[C] extends new (...input: never[]) => infer I
  ? I
  : never;
/** What a request takes. */
export type InputOf<S extends Service, C extends CommandName<S>> =
  Instance<S, C> extends { readonly input: infer I extends object } ? I : never;
/** What a request gives. */
export type OutputOf<S extends Service, C extends CommandName<S>> =
  Instance<S, C> extends { resolveMiddleware: (...args: never[]) => (args: never) => Promise<{ output: infer O }> }
    ? O
    : never;

const MAX_ATTEMPTS = 8;
const CONNECT_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** AWS's own word for "somebody else is at it": try again. */
const CONCURRENT = [
  "ConcurrentModificationException",
  "ConcurrentModification",
  "OperationAbortedException",
  "PreconditionFailedException",
] as const;
const CONCURRENT_TRIES = 8;

/** AWS's services in one run: one client for each service, region and account, made and loaded when first used. */
export class AwsAccess {
  readonly #override: (() => Promise<AwsOverride>) | undefined;
  readonly #clients = new Map<string, Promise<Client>>();
  readonly #identities = new Map<string, Promise<string>>();

  /** @param override reaches the sandbox instead. */
  constructor(override?: () => Promise<AwsOverride>) {
    this.#override = override;
  }

  /**
   * Makes a request. The SDK repeats what was throttled or lost; concurrent modifications are repeated here.
   * @param command the SDK's name of it, e.g. `PutRuleCommand`.
   * @throws AwsError, or InvalidInput when credentials are missing.
   */
  async send<S extends Service, C extends CommandName<S>>(
    config: AwsConfig,
    service: S,
    command: C,
    input: InputOf<S, C>,
    signal: AbortSignal,
  ): Promise<OutputOf<S, C>> {
    const action = `${service}:${command.slice(0, -"Command".length)}`;
    const [module, client] = await Promise.all([
      MODULES[service]() as Promise<Module<S>>,
      this.#client(config, service),
    ]);
    const Command = module[command] as unknown as Constructor<InputOf<S, C>, object>;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return (await client.send(new Command(input), { abortSignal: signal })) as OutputOf<S, C>;
      } catch (error) {
        const failure = asAwsError(error, action, config.region);
        if (!isConcurrent(failure) || attempt === CONCURRENT_TRIES) throw failure;
        await sleep(50 * 2 ** attempt * (0.5 + Math.random() / 2), undefined, { signal });
      }
    }
  }

  /**
   * The account of the credentials; asked once.
   * @throws InvalidInput `wrong-account` when it is not the one that the config allows.
   */
  async account(config: AwsConfig, signal: AbortSignal): Promise<string> {
    const key = JSON.stringify([config.profile, this.#override ? config.account : undefined]);
    let identity = this.#identities.get(key);
    if (!identity) {
      identity = this.send(config, "sts", "GetCallerIdentityCommand", {}, signal).then(({ Account = "" }) => Account);
      this.#identities.set(key, identity);
      identity.catch(() => this.#identities.delete(key));
    }
    const account = await identity;
    if (config.account !== undefined && account !== config.account)
      throw new InvalidInput(
        diagnostic(
          "wrong-account",
          `the AWS credentials are of account ${account}, but awsAccountId is ${config.account}`,
          { hint: "choose credentials of that account (AWS_PROFILE), or mend awsAccountId" },
        ),
      );
    return account;
  }

  #client(config: AwsConfig, service: Service): Promise<Client> {
    const { region, account, profile } = config;
    const key = JSON.stringify([service, region, profile, this.#override ? account : undefined]);
    let client = this.#clients.get(key);
    if (!client) this.#clients.set(key, (client = this.#makeClient(config, service)));
    return client;
  }

  async #makeClient({ region, account = "", profile }: AwsConfig, service: Service): Promise<Client> {
    const [{ Client }, { PatientRetry }, override] = await Promise.all([
      MODULES[service](),
      import("./sdk-retry.ts"),
      this.#override?.(),
    ]);
    return new (Client as unknown as Constructor<object, Client>)({
      region,
      retryStrategy: new PatientRetry(async () => MAX_ATTEMPTS),
      requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
      ...(profile === undefined ? {} : { profile }),
      ...(override ? { endpoint: override.endpoint, credentials: override.credentials(account) } : {}),
      // A queue's URL names it; where requests go is the endpoint's affair.
      ...(service === "sqs" ? { useQueueUrlAsEndpoint: false } : {}),
    });
  }
}

/** Lambda's word for it is the one for everything that is in the way. */
function isConcurrent(error: Error): boolean {
  if (isAwsError(error, ...CONCURRENT)) return true;
  return isAwsError(error, "ResourceConflictException") && /concurrent|in progress/i.test(error.message);
}

/**
 * Tries again while AWS has not yet seen what was just made.
 * @param isTransient whether a failure may go away by itself.
 */
export async function eventually<T>(
  work: () => Promise<T>,
  isTransient: (error: unknown) => boolean,
  signal: AbortSignal,
  tries = 5,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt === tries || !isTransient(error)) throw error;
      await sleep(100 * 3 ** (attempt - 1), undefined, { signal });
    }
  }
}
