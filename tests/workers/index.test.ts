import { spawnSync } from "node:child_process";
import { packageRoot } from "#src/config.js";
import { expect, test } from "vitest";

test("a process that uses the workers loads no native module and starts no child by itself", () => {
  const script = `
    import { createEngineHost, createPictureHost } from "#src/workers/index.js";
    const hosts = [createEngineHost(), createPictureHost()];
    const { sharedObjects } = process.report.getReport();
    console.log(JSON.stringify(sharedObjects.filter((file) => file.endsWith(".node"))));
    console.log(hosts[0].pid);
    await Promise.all(hosts.map((host) => host.close()));
  `;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: packageRoot(),
    encoding: "utf8",
  });
  expect(stdout).toBe("[]\nundefined\n");
});
