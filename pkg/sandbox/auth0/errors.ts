/** An answer of the Management API. */
export interface ApiAnswer {
  status: number;
  body?: object;
}

/** An error answer; thrown inside the simulator. Bodies and codes as recorded, or as Auth0's OpenAPI words them. */
export class ApiFault extends Error {
  readonly answer: ApiAnswer;

  constructor(status: number, message: string, errorCode?: string) {
    super(message);
    const body = { statusCode: status, error: TITLES[status] ?? "Error", message, ...(errorCode ? { errorCode } : {}) };
    this.answer = { status, body };
  }
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  429: "Too Many Requests",
  500: "Internal Server Error",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** 400 for a body that breaks the schema. */
export function invalidBody(reason: string, property: string, description = ""): ApiFault {
  return new ApiFault(
    400,
    `Payload validation error: '${reason}' on property ${property}${description ? ` (${description})` : ""}.`,
    "invalid_body",
  );
}

/** 400 for an id that has not the form of one. */
export function invalidId(format: string, id: string, description: string): ApiFault {
  return new ApiFault(
    400,
    `Path validation error: 'Object didn't pass validation for format ${format}: ${id}' on property id (${description}).`,
    "invalid_uri",
  );
}

/** 400 for a query parameter. */
export function invalidQuery(reason: string, property: string): ApiFault {
  return new ApiFault(400, `Query validation error: '${reason}' on property ${property}.`, "invalid_query_string");
}

/** 404 of a stream. */
export function noSuchStream(): ApiFault {
  return new ApiFault(404, "The requested stream does not exist.");
}
