// What the engine loads of a clone; `npm run build` puts the bundle itself in this place.
const { bundled } = require("./bundle.cjs");

module.exports = bundled().then((path) => require(path));
