import { serve } from "../framework/serve.ts";
import { aws } from "./stand-in.ts";

serve(aws);
