import { serve } from "../framework/serve.ts";
import { random } from "./stand-in.ts";

serve(random);
