import { createHash, randomUUID } from "node:crypto";
import type {
  CreateFunctionCommandInput,
  DeleteFunctionCommandInput,
  GetFunctionCodeSigningConfigCommandInput,
  GetFunctionCommandInput,
  GetFunctionConfigurationCommandInput,
  ListFunctionsCommandInput,
  UpdateFunctionCodeCommandInput,
  UpdateFunctionConfigurationCommandInput,
} from "@aws-sdk/client-lambda";
import { given, maybe, need } from "../call-input.ts";
import { shelfOf } from "../cloud.ts";
import type { Operations } from "../cloud.ts";
import type { Item } from "../store.ts";
import { AwsFault, RestAnswer } from "../wire/index.ts";
import { findFunction, functionName, shownFunction, shownQualified } from "./model.ts";

interface Inputs {
  CreateFunction: CreateFunctionCommandInput;
  GetFunction: GetFunctionCommandInput;
  GetFunctionConfiguration: GetFunctionConfigurationCommandInput;
  UpdateFunctionConfiguration: UpdateFunctionConfigurationCommandInput;
  UpdateFunctionCode: UpdateFunctionCodeCommandInput;
  GetFunctionCodeSigningConfig: GetFunctionCodeSigningConfigCommandInput;
  ListFunctions: ListFunctionsCommandInput;
  DeleteFunction: DeleteFunctionCommandInput;
}

/** What a function's configuration holds of a call's parameters. */
const CONFIGURATION = [
  ...(["Runtime", "Role", "Handler", "Description", "Timeout", "MemorySize", "VpcConfig", "DeadLetterConfig"] as const),
  ...(["Environment", "KMSKeyArn", "TracingConfig", "FileSystemConfigs", "EphemeralStorage", "LoggingConfig"] as const),
] as const;

/** Lambda writes `+0000` where others write `Z`. */
const now = (): string => new Date().toISOString().replace("Z", "+0000");

function codeOf(code: unknown): Item {
  const text = JSON.stringify(code ?? {});
  const zip = (code as { ZipFile?: unknown } | undefined)?.ZipFile;
  const bytes = typeof zip === "string" ? Buffer.from(zip, "base64") : Buffer.from(text);
  return { CodeSha256: createHash("sha256").update(bytes).digest("base64"), CodeSize: bytes.length };
}

/** Functions themselves. */
export const functionOperations: Operations<Inputs> = {
  CreateFunction(call, { store }) {
    const name = functionName(call);
    need(call, "Role");
    if (store.get(shelfOf(call, "function"), name))
      throw new AwsFault("ResourceConflictException", `Function already exist: ${name}`, 409);
    const fn: Item = {
      ...given(call, [...CONFIGURATION, "PackageType", "Architectures"]),
      ...codeOf(call.params.Code),
      LastModified: now(),
      RevisionId: randomUUID(),
      Tags: call.params.Tags ?? {},
    };
    store.put(shelfOf(call, "function"), name, fn);
    return new RestAnswer(201, shownFunction(call, name, fn));
  },
  GetFunction(call, cloud) {
    const found = findFunction(call, cloud);
    const tags = found.fn["Tags"] as Record<string, string> | undefined;
    return {
      Configuration: shownQualified(call, found, maybe(call, "Qualifier")),
      Code: { RepositoryType: "S3", Location: `${call.origin}/code/${found.name}` },
      ...(tags && Object.keys(tags).length > 0 ? { Tags: tags } : {}),
    };
  },
  GetFunctionConfiguration: (call, cloud) => shownQualified(call, findFunction(call, cloud), maybe(call, "Qualifier")),
  UpdateFunctionConfiguration(call, cloud) {
    const { shelf, name, fn } = findFunction(call, cloud);
    const changed = { ...fn, ...given(call, CONFIGURATION), LastModified: now(), RevisionId: randomUUID() };
    cloud.store.put(shelf, name, changed);
    return shownFunction(call, name, changed);
  },
  UpdateFunctionCode(call, cloud) {
    const { shelf, name, fn } = findFunction(call, cloud);
    const { FunctionName: _, ...code } = call.params;
    const changed = { ...fn, ...codeOf(code), LastModified: now(), RevisionId: randomUUID() };
    cloud.store.put(shelf, name, changed);
    return shownFunction(call, name, changed);
  },
  GetFunctionCodeSigningConfig: (call, cloud) => ({ FunctionName: findFunction(call, cloud).name }),
  ListFunctions: (call, { store }) => ({
    Functions: store.all(shelfOf(call, "function")).map(([name, fn]) => shownFunction(call, name, fn)),
  }),
  DeleteFunction(call, cloud) {
    const { shelf, name } = findFunction(call, cloud);
    cloud.store.remove(shelf, name);
    return new RestAnswer(204);
  },
};
