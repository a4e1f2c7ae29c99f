import * as z from "zod/mini";
import { envelopeOf } from "./envelope.ts";
import type { Kind } from "./kind.ts";
import { API_VERSION } from "./registry.ts";

const REFERENCES = [
  { type: "object", properties: { value: {} }, required: ["value"], additionalProperties: false },
  {
    type: "object",
    description: "Takes the value from elsewhere when the manifest is applied.",
    properties: {
      valueFrom: {
        type: "object",
        properties: {
          env: { type: "string", description: "Name of an environment variable." },
          file: { type: "string", description: "Path of a file, from the manifest's folder." },
          kind: { type: "string", description: "Kind of another manifest." },
          name: { type: "string", description: "metadata.name of another manifest." },
          fieldPath: { type: "string", description: "status.outputs.… of that manifest." },
        },
        additionalProperties: false,
      },
    },
    required: ["valueFrom"],
    additionalProperties: false,
  },
];

/** Editors show it as a warning: a value may be newer than the list. */
const UNLISTED = "Not one of the known values. Auth0 refuses what it does not have.";

/** The JSON Schema (draft-07, what yaml-language-server reads best) of a kind's manifests. */
export function jsonSchemaOf(kind: Kind): Record<string, unknown> {
  const schema = z.toJSONSchema(envelopeOf(kind), {
    target: "draft-07",
    io: "input",
    override: ({ jsonSchema }) => forEditors(jsonSchema as Record<string, unknown>),
  });
  const properties = schema.properties as Record<string, Record<string, unknown>>;
  properties["spec"] = { ...properties["spec"], ...kind.jsonSchemaExtras };
  return { ...schema, $id: `https://${API_VERSION}/${kind.kind}.json`, title: kind.kind, description: kind.summary };
}

/** Turns what fields say of themselves into keywords that editors know. */
function forEditors(json: Record<string, unknown>): void {
  delete json["synonyms"];
  const { suggestions } = json;
  if (Array.isArray(suggestions)) {
    const { suggestions: _, description, ...own } = json;
    replace(json, { description, anyOf: [{ enum: suggestions }, { ...own, deprecationMessage: UNLISTED }] });
  }
  if (json["ref"] !== true) return;
  const { ref: _, secret, description, ...own } = json;
  replace(json, { description, ...(secret === true ? { writeOnly: true } : {}), anyOf: [own, ...REFERENCES] });
}

function replace(json: Record<string, unknown>, by: Record<string, unknown>): void {
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, by);
}
