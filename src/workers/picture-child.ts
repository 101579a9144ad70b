// The picture child: decodes, cuts and encodes, where a hostile picture can harm nobody else.
import { pictureOperations } from "../pictures/index.js";
import { serveOperations } from "./child.js";

serveOperations({ ...pictureOperations() });
