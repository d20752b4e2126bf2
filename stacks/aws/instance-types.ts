/** What a kind of EC2 instance has. */
export interface InstanceSize {
  readonly cores: number;
  /** GiB. */
  readonly memory: number;
  readonly architecture: "amd64" | "arm64";
}

/** GiB for each vCPU, of families whose members all have the same. https://aws.amazon.com/ec2/instance-types/ */
const memoryForCore: Readonly<Record<string, number>> = { c: 2, m: 4, r: 8 };

/** vCPUs of a size, in these families. */
const coresOf: Readonly<Record<string, number>> = {
  medium: 1,
  large: 2,
  xlarge: 4,
  "2xlarge": 8,
  "4xlarge": 16,
  "8xlarge": 32,
  "12xlarge": 48,
  "16xlarge": 64,
  "24xlarge": 96,
  "32xlarge": 128,
  "48xlarge": 192,
};

/** t3, t3a and t4g: cores, and GiB of memory. */
const burstable: Readonly<Record<string, readonly [number, number]>> = {
  nano: [2, 0.5],
  micro: [2, 1],
  small: [2, 2],
  medium: [2, 4],
  large: [2, 8],
  xlarge: [4, 16],
  "2xlarge": [8, 32],
};

/** The sizes that each generation is sold in; metal and the rare ones are left to the user's own figures. */
const sizes = {
  x86: ["large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"],
  graviton: ["medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"],
};
const extraLarge: Readonly<Record<string, readonly string[]>> = {
  "6i": ["32xlarge"],
  "6a": ["32xlarge", "48xlarge"],
  "7i": ["48xlarge"],
  "7a": ["medium", "32xlarge", "48xlarge"],
  "8g": ["24xlarge", "48xlarge"],
};

/** The architecture of an instance type: Amazon's own processors have a `g` behind the generation. */
export function architectureOf(type: string): InstanceSize["architecture"] {
  return /^[a-z]+\d+g/.test(type) ? "arm64" : "amd64";
}

/** Memory and cores of the common general types; `undefined` for those that this table does not know. */
export function instanceSize(type: string): InstanceSize | undefined {
  const [family = "", size = ""] = type.split(".");
  const architecture = architectureOf(type);
  if (/^(t3|t3a|t4g)$/.test(family)) {
    const found = burstable[size];
    return found && { cores: found[0], memory: found[1], architecture };
  }
  const [, letter = "", generation = ""] = /^([cmr])(5|5a|6i|6a|6g|7i|7a|7g|8g)d?$/.exec(family) ?? [];
  const perCore = memoryForCore[letter];
  const cores = coresOf[size];
  const sold = [...sizes[architecture === "arm64" ? "graviton" : "x86"], ...(extraLarge[generation] ?? [])];
  if (perCore === undefined || cores === undefined || !sold.includes(size)) return undefined;
  return { cores, memory: cores * perCore, architecture };
}
