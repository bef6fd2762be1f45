/* Members of every other kind, and names that Rust or generated code would take. */
#include "common.h"

struct bpf_spin_lock { __u32 val; };
struct bpf_timer { __u64 __opaque[2]; };
struct nothing {};
struct list { struct list *next; struct sock *sk; const struct empty_one *e; };
typedef char name_t[16];
typedef __be32 addr_t;
typedef struct { __s32 x, y; } point_t;

struct kinds {
	struct bpf_spin_lock lock;
	struct bpf_timer timer;
	struct list list;
	name_t comm;
	char lines[2][8];
	char one;
	addr_t addrs[2][3];
	point_t points[2];
	float f;
	double d;
	unsigned __int128 wide;
	bool flags[4];
	struct nothing nothing;
	void (*call)(int);
	__le64 le;
	__u64 tail[0];
};

struct natural16 {
	__u16 long_one[300];
	__u32 x;
};

struct packed_wide {
	__u8 a;
	__int128 b;
} __attribute__((packed));

struct keywords {
	__u8 type;
	__u8 self;
	__u8 self_;
	__u8 _;
	__u8 __pad5;
	__u32 crate;
	__u32 ZERO : 4;
	__u32 set_x : 4;
	__u32 x : 4;
	__u32 async : 4;
	union {
		__u32 clone;
		__u16 set_clone;
	};
};

struct kinds kinds;
struct natural16 natural16;
struct packed_wide packed_wide;
struct keywords keywords;
