import grpc from "@grpc/grpc-js";
import languageServices from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import type { ConfigValue, ProgramEnd, ProgramHost } from "../engine/index.ts";
import { LIMITS, serveServices } from "./serve-services.ts";

/**
 * Runs the program that a language host serves, as the CLI does with an inline program: our monitor and engine listen
 * on loopback, and the host is told where.
 * @param client address of the language host.
 */
export function languageHost(client: string, config: Readonly<Record<string, ConfigValue>>, cwd: string): ProgramHost {
  return async (services, { organization, project, stack, preview }) => {
    const served = await serveServices(services);
    const host = new languageServices.LanguageRuntimeClient(client, grpc.credentials.createInsecure(), LIMITS);
    const request = new language.RunRequest();
    request.setProject(project);
    request.setStack(stack);
    request.setOrganization(organization);
    request.setPwd(cwd);
    request.setProgram(".");
    request.setDryrun(preview);
    request.setParallel(64);
    request.setMonitorAddress(served.address);
    request.addArgs(served.address);
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
      return endOf(answer.getError());
    } catch (error) {
      return endOf((error as { details?: string }).details || (error as Error).message);
    } finally {
      host.close();
      served.close();
    }
  };
}

/** Pulumi's Node host answers with this sentence when it has logged each error before. */
const LOGGED_BEFORE = /^One or more errors occurred/;

function endOf(error: string): ProgramEnd {
  if (error === "") return { failures: [] };
  return LOGGED_BEFORE.test(error) ? { failures: [], summary: error } : { failures: [new Error(error)] };
}
