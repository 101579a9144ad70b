// The key for somebody's endpoint, which only ever stands in the environment.

const KEY_VARIABLE = "OPENAI_API_KEY";

/** An empty name asks for no key; a name that was typed must be that of a variable. */
export function keyFrom(variable: string | undefined): string | undefined {
  const key = process.env[variable ?? KEY_VARIABLE] || undefined;
  if (variable && key === undefined)
    throw new Error(
      `--api-key-env: there is no variable ${variable}; export the key under that name`,
    );
  return key;
}
