// Stands in for @grpc/grpc-js in the bundle. The embedded engine hands the SDK objects instead of gRPC clients, so no
// channel is ever opened; what the SDK touches when it is loaded is here, and anything more says so.
"use strict";

const CODES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

class NoGrpc {
  constructor() {
    throw new Error("the embedded engine does not speak gRPC");
  }
}

module.exports = {
  status: Object.fromEntries(CODES.map((name, code) => [name, code])),
  makeGenericClientConstructor: () => NoGrpc,
  Client: NoGrpc,
  Server: NoGrpc,
  Metadata: NoGrpc,
  credentials: {},
};
