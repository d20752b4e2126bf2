/**
 * The version of the Pulumi program that is built from its Go module where none can be downloaded. Not every version
 * is served by the module proxies of closed networks; this one is.
 */
export const pulumiVersion = "3.256.0";
