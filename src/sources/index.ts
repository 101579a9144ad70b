// Where pictures may come from: folders of this machine, and addresses of the web.
export { SourceError, type SourceErrorCode } from "./error.js";
export { fetchPicture } from "./fetch.js";
export { folderOf, realFolders } from "./folders.js";
export { type FoundPicture, newestPictures } from "./newest.js";
export { rootFolders } from "./roots.js";
