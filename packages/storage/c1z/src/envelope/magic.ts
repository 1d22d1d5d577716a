// The first bytes by which a .c1z file is known.

/** How many bytes of a file tell its format. */
export const magicLength = 5

/** `C1ZF\0`: SQLite in one zstd frame. The format that we write and read. */
export const v1Magic: Uint8Array = Uint8Array.of(0x43, 0x31, 0x5a, 0x46, 0x00)

/** `C1Z3\0`: a manifest and a Pebble database. We recognise it. */
export const v3Magic: Uint8Array = Uint8Array.of(0x43, 0x31, 0x5a, 0x33, 0x00)
