/*
 * Bit-fields. `plain_value` and the others are what clang makes of the values that the test
 * expects: bits.el.bin and bits.eb.bin are their bytes.
 */
#include "common.h"

enum colour { RED, GREEN = 5, BLUE };
enum sign { MINUS = -2, PLUS = 1 };

struct plain {
	__u8 a : 1;
	__u8 b : 3;
	__u16 c : 11;
	__u32 d : 24;
	__s32 e : 5;
	__s64 f : 41;
	__u64 g : 63;
	_Bool h : 1;
	enum colour i : 4;
	enum sign j : 3;
	__u8 after;
};

struct packed {
	__u8 a : 3;
	__u64 b : 62;
	__u16 c;
	__s8 d : 1;
	__u32 e : 31;
} __attribute__((packed));

struct wide {
	__u8 a : 5;
	unsigned __int128 b : 128;
	__int128 c : 100;
} __attribute__((packed));

union word {
	struct {
		__u32 low : 12;
		__u32 high : 20;
	};
	__u32 whole;
	__s32 sign : 7;
};

const struct plain plain_value = { 1, 5, 1027, 0xabcdef, -7, -1099511627776ll,
	0x7123456789abcdefull, 1, BLUE, MINUS, 0xa5 };
const struct packed packed_value = { 5, 0x2123456789abcdefull, 0xbeef, -1, 0x7654321 };
const struct wide wide_value = { 21, ((unsigned __int128)0x0123456789abcdefull << 64) | 0xfedcba9876543210ull,
	-3 };
const union word word_value = { { 0x123, 0xabcde } };
