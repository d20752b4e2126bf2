export { password } from "./password.ts";
