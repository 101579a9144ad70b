// Measures of sequences: pure functions of frames and distances.
export { blueShare } from "./blueprint.js";
export { between, type Between } from "./between.js";
export { featureDistance, psnr, workDistance, type SeenFrame } from "./distance.js";
export { monotoneGrowth } from "./growth.js";
export { kendallTau } from "./kendall.js";
export { isShortWay, meanStep, orderTau, type Distance } from "./order.js";
