/* Unions, anonymous structs, and what is nested in them. */
#include "common.h"

union address {
	__be32 v4;
	__u8 v6[16];
	struct {
		__u64 high;
		__u64 low;
	} halves;
};

struct packet {
	__u8 version; /* 3 bytes of hole */
	union address from;
	union {
		__u64 whole;
		struct {
			__u32 low;
			__u16 middle : 9;
		};
		union {
			float real;
			double reals[1];
		} number;
	};
	struct {
		__u8 first; /* 1 byte of hole */
		__u16 second;
	};
	struct {
		__u8 x;
	} named[2];
};

union odd {
	__u8 small;
	__u16 three[3];
} __attribute__((packed));

struct squeezed {
	__u8 a;
	union address b;
	struct {
		__u8 c;
		__u32 d;
	} __attribute__((packed));
} __attribute__((packed));

struct half_squeezed {
	__u64 a;
	struct {
		__u8 b;
		__u32 c;
	} __attribute__((packed));
};

struct packet packet;
union odd odd;
struct squeezed squeezed;
struct half_squeezed half_squeezed;
