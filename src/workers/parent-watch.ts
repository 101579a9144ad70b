// A thread that ends its process when the parent is gone. The main thread may sit in native code for
// minutes, or for ever, and hear nothing meanwhile; it would keep its gigabytes as an orphan.
import { workerData } from "node:worker_threads";

const parent: unknown = workerData;
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
}, 1000);
