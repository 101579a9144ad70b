// What `npm pack` runs first: the package takes the runtime along, for every platform.
import path from "node:path";
import { PLATFORMS } from "./platforms.js";
import { copyRuntime } from "./runtime.js";
import { packageRoot } from "../src/config.js";

await copyRuntime(path.join(packageRoot(), "dist"), Object.values(PLATFORMS));
