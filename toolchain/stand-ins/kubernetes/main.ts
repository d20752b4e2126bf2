import { serve } from "../framework/serve.ts";
import { kubernetes } from "./stand-in.ts";

serve(kubernetes);
