/** One field of a protobuf message on the wire: its number, and a varint, a length-delimited value or a fixed one. */
export interface WireField {
  readonly number: number;
  readonly value: bigint | Uint8Array;
}

/** Splits a protobuf message into its fields (protobuf.dev, "Encoding"). Throws RangeError when it is cut short. */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  let position = 0;
  const take = (length: number): Uint8Array => {
    if (position + length > bytes.length) throw new RangeError('unexpected EOF');
    position += length;
    return bytes.subarray(position - length, position);
  };
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const [byte = 0] = take(1);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
  };
  while (position < bytes.length) {
    const tag = Number(varint());
    yield { number: tag >>> 3, value: readers(tag & 7, take, varint) };
  }
}

function readers(
  wireType: number,
  take: (length: number) => Uint8Array,
  varint: () => bigint,
): bigint | Uint8Array {
  switch (wireType) {
    case 0:
      return varint();
    case 1:
      return take(8);
    case 2:
      return take(Number(varint()));
    case 5:
      return take(4);
    default:
      throw new RangeError(`illegal wireType ${wireType}`);
  }
}
