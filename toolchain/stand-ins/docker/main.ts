import { serve } from "../framework/serve.ts";
import { docker } from "./stand-in.ts";

serve(docker);
