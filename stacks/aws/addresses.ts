/** IPv4 arithmetic for subnets and fixed addresses. */

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function toText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

function parse(cidr: string): { first: number; bits: number } {
  const [address = "", bits] = cidr.split("/");
  const size = 2 ** (32 - Number(bits));
  return { first: Math.floor(toNumber(address) / size) * size, bits: Number(bits) };
}

export function prefixOf(cidr: string): number {
  return parse(cidr).bits;
}

/** One of the 16 equal parts of a network. */
export function sixteenth(cidr: string, index: number): string {
  const { first, bits } = parse(cidr);
  return `${toText(first + index * 2 ** (32 - bits - 4))}/${bits + 4}`;
}

/** The address at a place in a network. AWS keeps the first four and the last of a subnet for itself. */
export function hostOf(cidr: string, index: number): string {
  return toText(parse(cidr).first + index);
}

/** Whether an address lies in a network. */
export function isIn(cidr: string, address: string): boolean {
  const { first, bits } = parse(cidr);
  const number = toNumber(address);
  return number >= first && number < first + 2 ** (32 - bits);
}
