// What CUDA needs on this machine, and the part of it that can be fetched.
export { checkCuda, type Check, type CudaMachine, PROVIDER_LIBRARIES } from "./checks.js";
export { fetchProvider, type FetchOptions } from "./fetch.js";
export { findPackage, type Package } from "./nuget.js";
