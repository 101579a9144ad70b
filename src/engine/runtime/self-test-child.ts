// The self-test in a process of its own: a driver that crashes or hangs takes nobody along.
import type { Provider } from "./device.js";
import { selfTest } from "./self-test.js";

const [provider, deviceId] = process.argv.slice(2);
try {
  const finding = await selfTest(provider as Provider, Number(deviceId));
  process.stdout.write(JSON.stringify(finding));
} catch (error) {
  process.stderr.write(String(error));
  process.exitCode = 1;
}
