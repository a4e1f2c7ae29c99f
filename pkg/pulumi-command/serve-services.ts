import grpc from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import resourceServices from "@pulumi/pulumi/proto/resource_grpc_pb.js";
import type { EngineServices } from "../engine/index.ts";

/** Messages of the CLI's own size: 400 MB. */
export const LIMITS = { "grpc.max_receive_message_length": 400 << 20, "grpc.max_send_message_length": 400 << 20 };

type Handler = (request: unknown, done: (error: Error | null, response?: unknown) => void) => void;

/** Serves our resource monitor and engine over gRPC on loopback, for a program in another process. */
export async function serveServices(services: EngineServices): Promise<{ address: string; close: () => void }> {
  const server = new grpc.Server(LIMITS);
  const { ResourceMonitorService } = resourceServices;
  const { EngineService } = engineServices;
  server.addService(ResourceMonitorService, handlersOf(ResourceMonitorService, services.monitor));
  server.addService(EngineService, handlersOf(EngineService, services.engine));
  const port = await new Promise<number>((done, fail) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? fail(error) : done(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
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
