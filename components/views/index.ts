export { MaterializedView, type MaterializedViewArgs } from "./materialized-view.ts";
