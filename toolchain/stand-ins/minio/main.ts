import { serve } from "../framework/serve.ts";
import { minio } from "./provider.ts";

serve(minio);
