// The part of the configuration that `serve --http` reads.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { anyPath, ConfigError, type Field, integer } from "./config-field.js";

export interface HttpConfig {
  /** who may speak over HTTP; a name may have several tokens, as while one replaces another */
  httpTokens?: { name: string; token: string }[] | undefined;
  /** a file with more of them */
  httpTokensFile?: string | undefined;
  /** an authorization server whose tokens are taken */
  httpOauth?: z.infer<typeof oauth> | undefined;
  /** names of this server that clients may call it by, without port */
  httpHosts?: string[] | undefined;
  /** pages of elsewhere that may use it, as https://example.org */
  httpOrigins?: string[] | undefined;
  /** how many sessions may be open */
  httpSessions?: number | undefined;
  /** a session ends after so many minutes without use */
  httpIdleMinutes?: number | undefined;
  /** of one caller, and of one address */
  httpRequestsPerMinute?: number | undefined;
  /** how many procedures of one caller may wait or be made */
  httpJobsPerCaller?: number | undefined;
}

const ENTRY = /^([\w.-]{1,60})=([\w.~+/-]{20,500}=*)$/;
const FORM = "name=token, each token of at least 20 letters, digits and -._~+/";

const entry = z
  .string()
  .regex(ENTRY)
  .transform((text) => {
    const [, name = "", token = ""] = ENTRY.exec(text) ?? [];
    return { name, token };
  });

/** One token under two names would be two callers. */
const tokens = z
  .array(entry)
  .refine((all) =>
    all.every(({ name, token }) => all.every((b) => b.token !== token || b.name === name)),
  );

const listOf = (item: z.ZodString) => () => {
  const list = z.string().transform((text) => text.split(",").map((word) => word.trim()));
  return z.union([list, z.array(z.string())]).pipe(z.array(item));
};

const address = z.url({ protocol: /^https?$/ });
const oauth = z.strictObject({
  issuer: address,
  resource: address,
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  introspectionUrl: address.optional(),
  scopes: z.array(z.string().regex(/^[!#-[\]-~]+$/)).optional(),
});

export const HTTP_FIELDS: { [Name in keyof HttpConfig]-?: Field } = {
  httpTokens: {
    env: "MAKEANYTHING_HTTP_TOKENS",
    schema: () => {
      const list = z.string().transform((text) => text.split(",").map((word) => word.trim()));
      const object = z
        .record(z.string(), z.string())
        .transform((named) => Object.entries(named).map((pair) => pair.join("=")));
      return z.union([list, object]).pipe(tokens);
    },
    form: `tokens by name, each under one: {"name": "token"}, in a variable ${FORM}, separated by ","`,
    isSecret: true,
  },
  httpTokensFile: {
    env: "MAKEANYTHING_HTTP_TOKENS_FILE",
    schema: anyPath,
    form: `a file with a line ${FORM}`,
  },
  httpOauth: {
    env: "MAKEANYTHING_HTTP_OAUTH",
    schema: () => z.union([z.string().transform(parseJson), z.unknown()]).pipe(oauth),
    form: "{ issuer, resource, clientId, clientSecret, introspectionUrl?, scopes? }, in a variable as JSON",
    isSecret: true,
  },
  httpHosts: {
    env: "MAKEANYTHING_HTTP_HOSTS",
    schema: listOf(z.string().regex(/^[a-z0-9.:_-]+$/i)),
    form: 'a list of host names without port (in a variable separated by ",")',
  },
  httpOrigins: {
    env: "MAKEANYTHING_HTTP_ORIGINS",
    schema: listOf(z.string().regex(/^https?:\/\/[^\s/]+$/)),
    form: 'a list of origins, as https://example.org (in a variable separated by ",")',
  },
  httpSessions: {
    env: "MAKEANYTHING_HTTP_SESSIONS",
    schema: integer(1, 10_000),
    form: "an integer from 1 to 10000",
  },
  httpIdleMinutes: {
    env: "MAKEANYTHING_HTTP_IDLE_MINUTES",
    schema: integer(1, 10_000),
    form: "an integer from 1 to 10000, in minutes",
  },
  httpRequestsPerMinute: {
    env: "MAKEANYTHING_HTTP_REQUESTS_PER_MINUTE",
    schema: integer(1, 1_000_000),
    form: "an integer from 1 to 1000000",
  },
  httpJobsPerCaller: {
    env: "MAKEANYTHING_HTTP_JOBS_PER_CALLER",
    schema: integer(1, 1000),
    form: "an integer from 1 to 1000",
  },
};

/** What must not be seen by the processes that this one starts. */
export const SECRET_VARIABLES = Object.values(HTTP_FIELDS).flatMap(({ env, isSecret }) =>
  isSecret ? [env] : [],
);

/** All tokens, those in the file too. Throws a ConfigError. */
export function tokensOf({ httpTokens = [], httpTokensFile: file }: HttpConfig) {
  if (file === undefined) return httpTokens;
  const lines = readText(file).split(/\r?\n/);
  const parsed = tokens.safeParse([
    ...httpTokens.map(({ name, token }) => `${name}=${token}`),
    ...lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#")),
  ]);
  if (!parsed.success)
    throw new ConfigError(
      `${file}: each line must be ${FORM}, and each token stand under one name`,
    );
  return parsed.data;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`${file}: cannot be read: ${(error as Error).message}`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
