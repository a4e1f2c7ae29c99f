import { InvalidInput, RemoteFailure, diagnostic } from "../../diagnostics/index.ts";
import { systemClock } from "../clock.ts";
import type { Clock } from "../clock.ts";
import { retry } from "../retry.ts";
import { guardAnswers } from "./answer-guard.ts";
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
  events: () => import("./events/sdk.ts"),
  sqs: () => import("./sqs/sdk.ts"),
  sns: () => import("./sns/sdk.ts"),
  lambda: () => import("./lambda/sdk.ts"),
  iam: () => import("./iam/sdk.ts"),
  sts: () => import("./sts/sdk.ts"),
  logs: () => import("./logs/sdk.ts"),
};

/** A service, by the prefix of its IAM actions. */
export type Service = keyof typeof MODULES;
type Module<S extends Service> = Awaited<ReturnType<(typeof MODULES)[S]>>;
/** The SDK's name of a request. */
export type CommandName<S extends Service> = Extract<keyof Module<S>, `${string}Command`>;

/** The SDK's client, as far as it is used here. */
interface Client {
  middlewareStack: { add(middleware: typeof guardAnswers, where: object): void };
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
/** Error codes for concurrent modification; the request may be repeated. */
const CONCURRENT = [
  "ConcurrentModificationException",
  "ConcurrentModification",
  "OperationAbortedException",
  "PreconditionFailedException",
] as const;
/** Waits between the tries of a request that met another one. */
const CONCURRENT_DELAYS_MS = [100, 200, 400, 800, 1600, 3200, 6400];

/** AWS's services in one run: one client for each service, region and account, made and loaded when first used. */
export class AwsAccess {
  readonly #override: (() => Promise<AwsOverride>) | undefined;
  readonly #clients = new Map<string, Promise<Client>>();
  readonly #identities = new Map<string, Promise<string>>();

  readonly clock: Clock;

  /** @param override reaches the sandbox instead. */
  constructor(override?: () => Promise<AwsOverride>, clock: Clock = systemClock) {
    this.#override = override;
    this.clock = clock;
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
    const once = async (): Promise<OutputOf<S, C>> => {
      try {
        return (await client.send(new Command(input), { abortSignal: signal })) as OutputOf<S, C>;
      } catch (error) {
        throw asAwsError(error, action, config.region);
      }
    };
    const delays = CONCURRENT_DELAYS_MS.map((delay) => delay * (0.5 + Math.random() / 2));
    return retry(once, { isTransient: isConcurrent, delays, clock: this.clock, signal });
  }

  /**
   * The account of the credentials; asked once.
   * @throws InvalidInput `wrong-account` when it is not the one that the config allows; RemoteFailure when what
   * answered is not AWS.
   */
  async account(config: AwsConfig, signal: AbortSignal): Promise<string> {
    const key = JSON.stringify([config.profile, this.#override ? config.account : undefined]);
    let identity = this.#identities.get(key);
    if (!identity) {
      identity = this.send(config, "sts", "GetCallerIdentityCommand", {}, signal).then(({ Account }) =>
        accountIn(Account),
      );
      this.#identities.set(key, identity);
      identity.catch(() => this.#identities.delete(key));
    }
    const account = await identity;
    if (config.account !== undefined && account !== config.account)
      throw new InvalidInput(
        diagnostic(
          "wrong-account",
          `the AWS credentials are of account ${account}, but awsAccountId is ${config.account}`,
          { hint: "choose credentials of that account (AWS_PROFILE), or correct awsAccountId" },
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
    const [{ Client }, { AdaptiveRetryExceptQuota }, override] = await Promise.all([
      MODULES[service](),
      import("./sdk-retry-strategy.ts"),
      this.#override?.(),
    ]);
    const client = new (Client as unknown as Constructor<object, Client>)({
      region,
      retryStrategy: new AdaptiveRetryExceptQuota(async () => MAX_ATTEMPTS),
      requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
      ...(profile === undefined ? {} : { profile }),
      ...(override ? { endpoint: override.endpoint, credentials: override.credentials(account) } : {}),
      // A queue's URL only names it; requests go to the endpoint.
      ...(service === "sqs" ? { useQueueUrlAsEndpoint: false } : {}),
    });
    client.middlewareStack.add(guardAnswers, { step: "deserialize", priority: "low", name: "guardAnswers" });
    return client;
  }
}

/** Lambda uses ResourceConflictException for every conflict, so its message decides. */
function isConcurrent(error: unknown): boolean {
  if (isAwsError(error, ...CONCURRENT)) return true;
  return isAwsError(error, "ResourceConflictException") && /concurrent|in progress/i.test(error.message);
}

/** A page in the place of an answer has no account; that says nothing of the credentials. */
function accountIn(account: string | undefined): string {
  if (account !== undefined && /^[0-9]{12}$/.test(account)) return account;
  const problem = "sts:GetCallerIdentity gave no account: what answered is not AWS";
  throw new RemoteFailure(
    diagnostic("operation-failed", problem, { hint: "check AWS_ENDPOINT_URL and the proxy on the way" }),
  );
}
