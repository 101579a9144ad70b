// What a log may hold of an error. A message may quote anything: JSON that cannot be read, an answer
// nobody asked for, a prompt. So its kind is kept, and the places in our code that it passed.

export function errorRecord(error: unknown): { error: string; code?: string; at?: string[] } {
  if (!(error instanceof Error)) return { error: typeof error };
  const { name, message, stack = "" } = error;
  const begin = stack.indexOf(message);
  const [, ...places] = stack.slice(begin + message.length).split(/\n +at /);
  const code = "code" in error ? { code: String(error.code) } : {};
  return { error: name, ...code, at: begin === -1 ? [] : places };
}
