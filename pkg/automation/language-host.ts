import grpc from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import languageServices from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import resourceServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import type { ConfigValue, EngineServices, ProgramHost } from "../engine/index.ts";

/** Messages of the CLI's own size: 400 MB. */
const LIMITS = { "grpc.max_receive_message_length": 400 << 20, "grpc.max_send_message_length": 400 << 20 };

type Handler = (request: unknown, done: (error: Error | null, response?: unknown) => void) => void;

/**
 * Runs the program that a language host serves, as the CLI does with an inline program: our monitor and engine listen
 * on loopback, and the host is told where.
 * @param client address of the language host.
 */
export function languageHost(client: string, config: Readonly<Record<string, ConfigValue>>, cwd: string): ProgramHost {
  return async (services, { organization, project, stack, preview }) => {
    const server = new grpc.Server(LIMITS);
    server.addService(
      resourceServices.ResourceMonitorService,
      handlersOf(resourceServices.ResourceMonitorService, services.monitor),
    );
    server.addService(engineServices.EngineService, handlersOf(engineServices.EngineService, services.engine));
    const port = await new Promise<number>((done, fail) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? fail(error) : done(bound),
      );
    });
    const host = new languageServices.LanguageRuntimeClient(client, grpc.credentials.createInsecure(), LIMITS);
    const request = new language.RunRequest();
    request.setProject(project);
    request.setStack(stack);
    request.setOrganization(organization);
    request.setPwd(cwd);
    request.setProgram(".");
    request.setDryrun(preview);
    request.setParallel(64);
    request.setMonitorAddress(`127.0.0.1:${port}`);
    request.addArgs(`127.0.0.1:${port}`);
    for (const [key, { value, isSecret }] of Object.entries(config)) {
      request.getConfigMap().set(key, value);
      if (isSecret) request.addConfigsecretkeys(key);
    }
    try {
      const answer = await new Promise<{ getError(): string }>((done, fail) => {
        host.run(request, (error: Error | null, response: { getError(): string }) =>
          error ? fail(error) : done(response),
        );
      });
      return answer.getError() ? [new Error(answer.getError())] : [];
    } catch (error) {
      // What a step has reported comes back in the host's words; it is said once.
      return [new Error((error as { details?: string }).details ?? (error as Error).message)];
    } finally {
      host.close();
      server.forceShutdown();
    }
  };
}

/** Handlers of a service, from methods that are called as clients call them. */
function handlersOf(
  service: object,
  methods: EngineServices["monitor"],
): Record<string, grpc.handleUnaryCall<unknown, unknown>> {
  const names = Object.keys(service);
  return Object.fromEntries(
    names.map((name) => {
      const method = (methods as Record<string, Handler | undefined>)[name];
      const handler: grpc.handleUnaryCall<unknown, unknown> = (call, done) => {
        if (method) method.call(methods, call.request, done as never);
        else done({ code: grpc.status.UNIMPLEMENTED, details: `the embedded engine has no ${name}` });
      };
      return [name, handler];
    }),
  );
}
