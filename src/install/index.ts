// Writing this server into the configuration of the host that shall start it; what CUDA needs.
export {
  checkCuda,
  fetchProvider,
  findPackage,
  type Check,
  type CudaMachine,
  type FetchOptions,
  type Package,
} from "./cuda/index.js";
export { describeChange } from "./diff.js";
export { InstallError } from "./error.js";
export { type ConfigFile, openConfig, replaceConfig } from "./file.js";
export { type Host, HOSTS, type Launch, withoutServer, withServer } from "./hosts.js";
export { stablePath } from "./stable-path.js";
