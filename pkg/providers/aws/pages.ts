import { RemoteFailure, diagnostic } from "../../diagnostics/index.ts";

/** More pages than any list here can have. */
const MAX_PAGES = 1000;

/**
 * Reads a list page by page.
 * @param read asks for the page of a token; the first page has none. `undefined` when what is listed is gone.
 * @throws RemoteFailure when the pages go in circles.
 */
export async function* everyPage<Page extends { NextToken?: string | undefined }>(
  what: string,
  read: (page: { NextToken?: string }) => Promise<Page | undefined>,
): AsyncGenerator<Page> {
  const seen = new Set<string>();
  for (let token: string | undefined; ;) {
    const page = await read(token === undefined ? {} : { NextToken: token });
    if (page) yield page;
    token = page?.NextToken;
    if (token === undefined) return;
    if (seen.has(token) || seen.size >= MAX_PAGES)
      throw new RemoteFailure(diagnostic("operation-failed", `the pages of ${what} do not end`));
    seen.add(token);
  }
}
