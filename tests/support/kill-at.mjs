// Loaded before the CLI (--import): kills the process with SIGKILL at the n-th moment at which something outside it
// changes: before, amid or after a file's write, before or after it is renamed, linked or removed, a request is sent, an answer has come.
import fs from "node:fs";
import fsp from "node:fs/promises";
import http from "node:http";
import { syncBuiltinESMExports } from "node:module";

const target = Number(process.env.KILL_AT ?? "-1");
const countFile = process.env.KILL_COUNT_FILE;
let moment = 0;

function pass(what) {
  moment += 1;
  if (countFile) fs.appendFileSync(countFile, `${moment} ${what}\n`);
  if (moment === target) process.kill(process.pid, "SIGKILL");
}

/** A kill in the middle of a write leaves the file with half of its content. */
async function tornWrite([path, data, options]) {
  if (moment + 1 === target) fs.writeFileSync(path, data.slice(0, data.length / 2), options);
  pass("half of writeFile");
}

/** The sandbox's own files are the other side's; only what the tool itself writes counts. */
const isOurs = (path) => typeof path === "string" && path.includes(".pulumi");

for (const name of ["rename", "link", "unlink", "writeFile"]) {
  const original = fsp[name];
  fsp[name] = async (...args) => {
    if (!isOurs(args[0])) return original(...args);
    pass(`before ${name}`);
    if (name === "writeFile") await tornWrite(args);
    const result = await original(...args);
    pass(`after ${name}`);
    return result;
  };
}

const originalRequest = http.request;
http.request = (...args) => {
  const request = originalRequest(...args);
  const { method, headers = {} } = args.find((arg) => typeof arg === "object" && !(arg instanceof URL)) ?? {};
  // AWS's clients post to read, too.
  const isRead = /\.(Describe|List|Get)/.test(headers["x-amz-target"] ?? "");
  if (!isRead && (method === "POST" || method === "PATCH" || method === "DELETE")) {
    const end = request.end.bind(request);
    request.end = (...rest) => {
      pass(`before ${method}`);
      return end(...rest);
    };
    request.prependOnceListener("response", () => pass(`answer to ${method}`));
  }
  return request;
};

syncBuiltinESMExports();
