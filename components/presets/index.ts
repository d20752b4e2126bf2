export { type Explained, explain } from "./explain.ts";
export { timingPlaces, timingsIn } from "./goal.ts";
export { type Layer, merged, sourceOf } from "./layers.ts";
export { layersOf, undecided } from "./layers-of.ts";
export { sizes } from "./sizes.ts";
