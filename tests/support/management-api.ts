import type { Sandbox } from "../../pkg/sandbox/index.ts";

/** An answer of the Management API, its body as text. */
export interface ApiAnswer {
  status: number;
  text: string;
}

/** A client of the sandbox's tenant that follows no rules of ours: it sends what it is given. */
export async function managementApi(
  sandbox: Sandbox,
): Promise<(method: string, path: string, body?: string) => Promise<ApiAnswer>> {
  const { baseUrl, clientId, clientSecret } = await sandbox.access();
  const grant = await fetch(`${baseUrl}/oauth/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret }),
  });
  const { access_token } = (await grant.json()) as { access_token: string };
  return async (method, path, body) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { authorization: `Bearer ${access_token}`, "content-type": "application/json" },
      ...(body ? { body } : {}),
    });
    return { status: response.status, text: await response.text() };
  };
}
