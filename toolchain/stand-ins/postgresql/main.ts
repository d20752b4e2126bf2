import { serve } from "../framework/serve.ts";
import { postgresql } from "./provider.ts";

serve(postgresql);
