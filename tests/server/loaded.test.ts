// What the server takes along when it starts: whoever speaks over stdio waits for it.
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const loadedBy = (module: string): string =>
  execFileSync(
    process.execPath,
    [
      "--input-type=module",
      "--eval",
      `import { createRequire } from "node:module";
       await import(${JSON.stringify(new URL(`../../dist/src/${module}`, import.meta.url).href)});
       console.log(Object.keys(createRequire(import.meta.url).cache).join("\\n"));`,
    ],
    { encoding: "utf8", cwd: import.meta.dirname },
  );

test("over stdio nothing is loaded that only HTTP needs", () => {
  expect(loadedBy("server/index.js")).toContain("/node_modules/ajv/");
  expect(loadedBy("server/index.js")).not.toMatch(/node_modules.(express|prom-client)/);
  expect(loadedBy("server/http/index.js")).toMatch(/node_modules.prom-client/);
});
