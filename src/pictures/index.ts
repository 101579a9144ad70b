// Pictures from outside and to outside: the only importer of sharp. It runs in the picture child alone.
export { PictureError, type PictureErrorCode } from "./error.js";
export { defaultLimits, type PictureLimits } from "./limits.js";
export { pictureOperations } from "./operations.js";
