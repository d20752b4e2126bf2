import { serve } from "../toolchain/stand-ins/framework/serve.ts";
import { postgresHa } from "./postgres-ha.ts";

serve(postgresHa);
