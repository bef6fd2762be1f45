// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/* The types, and one map for each: its value. Included by `layouts.bpf.c` only. */

/* A one-entry array map whose value is TYPE. */
#define MAP(map_name, TYPE)                       \
	struct {                                  \
		__uint(type, BPF_MAP_TYPE_ARRAY); \
		__uint(max_entries, 1);           \
		__type(key, __u32);               \
		__type(value, TYPE);              \
	} map_name SEC(".maps")

/* ---- plain members ---- */

/* Every base type, each where the compiler puts it. */
struct l_natural {
	__u8 a_u8; /* 1 byte of hole */
	__u16 b_u16;
	__u32 c_u32;
	__u64 d_u64;
	__s8 e_s8; /* 1 byte of hole */
	__s16 f_s16;
	__s32 g_s32;
	__s64 h_s64;
	char i_char; /* 7 bytes of hole */
	long j_long;
	unsigned long k_ulong;
	long long l_llong;
	unsigned long long m_ullong;
	short n_short;
	unsigned short o_ushort;
	int p_int;
	unsigned int q_uint;
	bool r_bool; /* 3 bytes of tail */
};
MAP(m_natural, struct l_natural);

/* Holes inside, in a nested struct, and at both ends of it. */
struct l_holes_inner {
	__u8 first; /* 7 bytes of hole */
	__u64 second;
	__u8 third; /* 7 bytes of tail, which the struct around cannot use */
};
struct l_holes {
	__u8 a;  /* 3 */
	__u32 b;
	__u16 c; /* 6 */
	struct l_holes_inner d;
	__u8 e;  /* 1 */
	__u16 f;
	__u8 g;  /* 3 */
};
MAP(m_holes, struct l_holes);

/* Alignment 1, size 31, and nothing where it would stand naturally. */
struct l_packed {
	__u8 a;
	__u64 b;
	__u16 c;
	__u32 d;
	__s16 e;
	__u8 f[3];
	bool g;
	__s64 h;
	__u16 i;
} __attribute__((packed));
MAP(m_packed, struct l_packed);

/* Packed in natural and natural in packed: the inner size keeps its tail, the offset does not. */
struct l_packed_part {
	__u8 a;
	__u32 b;
} __attribute__((packed));
struct l_natural_part {
	__u32 a;
	__u8 b; /* 3 bytes of tail */
};
struct l_packed_outer {
	__u8 a;
	struct l_natural_part b; /* offset 1 */
	__u16 c;
} __attribute__((packed));
struct l_packed_mix {
	__u8 a;
	struct l_packed_part b; /* offset 1 */
	__u32 c;                /* offset 8, 2 bytes of hole before */
	struct l_packed_outer d;
	struct l_packed_part e[2];
	__u64 f;
};
MAP(m_packed_mix, struct l_packed_mix);

/* One member alone is packed. */
struct l_packed_member {
	__u8 a;
	__u32 b __attribute__((packed)); /* offset 1 */
	__u8 c;
	__u16 d;
};
MAP(m_packed_member, struct l_packed_member);

#pragma pack(push, 2)
struct l_pack2 {
	__u8 a; /* 1 byte of hole */
	__u64 b;
	__u8 c; /* 1 byte of hole */
	__u32 d;
	__u8 e; /* 1 byte of tail */
};
#pragma pack(pop)
MAP(m_pack2, struct l_pack2);

#pragma pack(push, 4)
struct l_pack4 {
	__u32 a;
	__u64 b; /* offset 4 */
	__u16 c; /* 2 bytes of hole */
	__u64 d;
	__u8 e;  /* 3 bytes of tail */
};
#pragma pack(pop)
MAP(m_pack4, struct l_pack4);

/* Alignment asked for on members and on a nested type. */
struct l_aligned_part {
	__u8 a;
	__u16 b;
} __attribute__((aligned(8)));
struct l_aligned {
	__u8 a;
	__u32 b __attribute__((aligned(16)));
	__u8 c;
	struct l_aligned_part d;
	__u16 e __attribute__((aligned(8)));
};
MAP(m_aligned, struct l_aligned);

/* 12 bytes of members in a struct of 64: the rest is tail. */
struct l_aligned_tail {
	__u64 a;
	__u32 b;
} __attribute__((aligned(64)));
MAP(m_aligned_tail, struct l_aligned_tail);

/* Packed inside, aligned outside. */
struct l_packed_aligned {
	__u8 a;
	__u64 b;
	__u16 c;
} __attribute__((packed, aligned(4)));
MAP(m_packed_aligned, struct l_packed_aligned);

/* ---- structs and unions in one another ---- */

struct l_nested_leaf {
	__u16 a;
	__u8 b;
};
struct l_nested_mid {
	__u8 a;
	struct l_nested_leaf b;
	__u32 c;
};
struct l_nested {
	struct l_nested_mid a;
	struct l_nested_leaf b;
	struct {
		__u8 x;
		struct {
			__u32 y;
		} deep;
	} c;
	struct l_nested_mid d;
};
MAP(m_nested, struct l_nested);

/* Anonymous, two deep, and a member after each. */
struct l_anon {
	__u32 a;
	struct {
		__u8 b;
		union {
			__u32 c;
			struct {
				__u16 c_low;
				__u16 c_high;
			};
		};
		__u16 d;
	};
	union {
		struct {
			__u64 e;
			struct {
				__u8 f;
				__u16 g;
			};
		};
		__u8 raw[16];
		__u32 words[3];
	};
	__u8 h;
};
MAP(m_anon, struct l_anon);

union l_address {
	__be32 v4;
	__be32 v6[4];
	__u8 bytes[16];
};
union l_small_first {
	__u8 small;
	__u64 large;
};
struct l_unions {
	__u8 a;
	union l_address b;
	union l_small_first c;
	union {
		struct {
			__u32 low;
			__u32 high;
		} parts;
		__u64 whole;
		void *address;
	} d;
	union l_small_first e[2];
	__u8 f;
};
MAP(m_unions, struct l_unions);

/* The value itself is a union. */
union l_union {
	struct {
		__u32 a;
		__u16 b;
	} first;
	__u64 second;
	__u8 third[12];
};
MAP(m_union, union l_union);

/* ---- arrays ---- */

struct l_arrays_cell {
	__u16 a;
	__u8 b;
};
union l_arrays_either {
	__u16 narrow;
	__u32 wide;
};
struct l_arrays {
	__u8 a[3];
	__u16 m[2][3];
	__u32 c[2][2][2];
	struct l_arrays_cell d[2];
	struct l_arrays_cell e[2][2];
	union l_arrays_either f[2];
	struct {
		__u8 x;
		__u32 y[2];
	} g[2];
	__u64 h[1];
};
MAP(m_arrays, struct l_arrays);

/* Longer than the 32 elements for which Rust derives traits on arrays. */
struct l_long_array {
	__u8 a;
	__u16 b[40];
	__u8 c[33];
};
MAP(m_long_array, struct l_long_array);

struct l_text {
	char name[16];
	char one;
	char names[4][8];
	__u8 bytes[4];
	__s8 signed_bytes[2];
	char tail[3];
};
MAP(m_text, struct l_text);

/* Values that are not a struct. */
typedef __u16 l_grid[2][2];
MAP(m_array_value, l_grid);
MAP(m_int_value, __s32);

/* ---- names for types ---- */

typedef __u32 l_id;
typedef l_id l_user_id;
typedef l_user_id l_owner_id;
typedef struct {
	__u8 major;
	__u16 minor;
} l_version;
typedef l_version l_release;
typedef struct l_named_pair {
	__u32 left;
	__u32 right;
} l_pair;
typedef __u8 l_mac[6];
typedef l_mac l_mac_pair[2];
typedef union {
	__u32 word;
	__u8 bytes[4];
} l_word;
typedef enum {
	L_RED,
	L_GREEN,
} l_color;
typedef bool l_flag;

struct l_typedefs {
	l_owner_id a;
	l_version b;
	l_release c;
	l_pair d;
	struct l_named_pair e;
	l_mac f;
	l_mac_pair g;
	l_word h;
	l_color i;
	l_flag j;
	__u64 k;
};
MAP(m_typedefs, struct l_typedefs);
/* A map value known by its typedef only. */
MAP(m_typedef_value, l_release);

/* ---- enums ---- */

enum l_enum8 {
	L_ENUM8_A,
	L_ENUM8_B = 200,
} __attribute__((packed));
enum l_enum16 {
	L_ENUM16_A = 1,
	L_ENUM16_B = 60000,
} __attribute__((packed));
enum l_enum32 {
	L_ENUM32_A = 1,
	L_ENUM32_B = 0x80000000,
};
enum l_enum64 {
	L_ENUM64_A = 1,
	L_ENUM64_B = 0x8000000000000000,
};
enum l_signed8 {
	L_SIGNED8_A = -100,
	L_SIGNED8_B = 100,
} __attribute__((packed));
enum l_signed16 {
	L_SIGNED16_A = -1000,
	L_SIGNED16_B = 1000,
} __attribute__((packed));
enum l_signed32 {
	L_SIGNED32_A = -1,
	L_SIGNED32_B = 7,
};
enum l_signed64 {
	L_SIGNED64_A = -0x7000000000000000,
	L_SIGNED64_B = 7,
};
/* Two names for one value. */
enum l_alias {
	L_ALIAS_FIRST = 3,
	L_ALIAS_OTHER = 3,
	L_ALIAS_LAST = 4,
};
struct l_enums {
	enum l_enum8 a;
	enum l_enum16 b;
	enum l_enum32 c;
	enum l_enum64 d;
	enum l_signed8 e;
	enum l_signed16 f;
	enum l_signed32 g;
	enum l_signed64 h;
	enum l_alias i;
	enum {
		L_NAMELESS_A,
		L_NAMELESS_B,
	} j;
	enum l_enum8 k[3];
};
MAP(m_enums, struct l_enums);

struct l_bools {
	bool a;
	bool b[3];
	__u32 c;
	bool d;
};
MAP(m_bools, struct l_bools);

/* ---- wide and floating numbers ---- */

struct l_floats {
	__u8 a;
	float b;
	double c;
	float d[2];
	double e[2];
	float f;
};
MAP(m_floats, struct l_floats);

/* For BPF, `long double` is a `double`, and `__fp16` can be stored. */
struct l_other_floats {
	__u8 a;
	long double b;
	__fp16 c;
};
MAP(m_other_floats, struct l_other_floats);

struct l_int128 {
	__u8 a; /* 15 bytes of hole */
	__int128 b;
	__u8 c;
	unsigned __int128 d;
	unsigned __int128 e[2];
};
MAP(m_int128, struct l_int128);

struct l_int128_packed {
	__u8 a;
	__int128 b;
	unsigned __int128 c;
} __attribute__((packed));
MAP(m_int128_packed, struct l_int128_packed);

/* ---- bit-fields ---- */

struct l_bits {
	__u8 a : 1;
	__u8 b : 3;
	__u8 c : 4;
	__u16 d : 5;
	__u16 e : 11;
	__u32 f : 7;
	__u32 g : 24;
	__u32 h : 1;
	__u64 i : 33;
	__u64 j : 31;
	__u8 k : 8;
	__u64 l : 63;
	__u64 m : 1;
};
MAP(m_bits, struct l_bits);

struct l_bits_signed {
	__s8 a : 3;
	__s8 b : 5;
	__s16 c : 7;
	__s16 d : 9;
	__s32 e : 20;
	__s32 f : 2;
	__s64 g : 40;
	__s64 h : 24;
	int i : 4;
	__s8 j : 1;
};
MAP(m_bits_signed, struct l_bits_signed);

/* Packed: bit-fields cross the units of their types, and plain members follow at odd bytes. */
struct l_bits_packed {
	__u8 a : 3;
	__u16 b : 10;
	__u32 c : 29;
	__u64 d : 50;
	__s32 e : 17;
	__u8 f;
	__u32 g : 12;
	__u16 h;
	__u64 i : 57;
	__u8 j : 2;
} __attribute__((packed));
MAP(m_bits_packed, struct l_bits_packed);

/* Unnamed bit-fields skip bits, and of zero width end the unit; BTF records neither. */
struct l_bits_zero {
	__u32 a : 4;
	__u32 : 0;
	__u32 b : 4;
	__u32 : 6;
	__u32 c : 9;
	__u8 : 0;
	__u8 d : 2;
	__u16 : 0;
	__u16 e : 3;
	__u64 : 0;
	__u64 f : 5;
};
MAP(m_bits_zero, struct l_bits_zero);

/* Bit-fields and plain members by turns; some share a word. */
struct l_bits_mixed {
	__u32 a : 5;
	__u8 b;
	__u32 c : 10;
	__u16 d;
	__u64 e : 20;
	__u8 f[2];
	__u32 g : 9;
	bool h;
	__u8 i : 6;
	__u32 j;
};
MAP(m_bits_mixed, struct l_bits_mixed);

union l_bits_view {
	struct {
		__u32 low : 12;
		__u32 high : 20;
	};
	__u32 whole;
	__s32 sign : 7;
};
struct l_bits_union {
	__u8 a : 2;
	union l_bits_view b;
	union {
		__u16 c : 9;
		__u16 d;
	};
	struct {
		__u32 e : 3;
		__u32 f : 6;
	};
	union l_bits_view g[2];
};
MAP(m_bits_union, struct l_bits_union);

/* Bit-fields of other types than integers, and through typedefs. */
struct l_bits_kinds {
	bool a : 1;
	bool b : 1;
	enum l_enum32 c : 3;
	enum l_signed32 d : 4;
	l_owner_id e : 6;
	enum l_enum8 f : 5;
	l_flag g : 1;
	__be16 h : 10;
};
MAP(m_bits_kinds, struct l_bits_kinds);

/* A bit-field of every base type. */
struct l_bits_base {
	char a : 3;
	signed char b : 4;
	unsigned char c : 5;
	short d : 6;
	unsigned short e : 7;
	int f : 9;
	unsigned int g : 10;
	long h : 33;
	unsigned long i : 34;
	long long j : 35;
	unsigned long long k : 36;
	bool l : 1;
	enum l_enum8 m : 5;
	enum l_enum16 n : 12;
	enum l_enum32 o : 20;
	enum l_enum64 p : 32; /* wider ones the kernel refuses, with all of the BTF */
	enum l_signed8 q : 6;
	enum l_signed16 r : 11;
	enum l_signed32 s : 21;
	enum l_signed64 t : 31;
	l_owner_id u : 31;
};
MAP(m_bits_base, struct l_bits_base);

/* 128 bits and fewer of them, across both words. */
struct l_bits_wide {
	unsigned __int128 a : 100;
	__int128 b : 20;
	__int128 c : 70;
	unsigned __int128 d : 127;
};
MAP(m_bits_wide, struct l_bits_wide);

struct l_bits_wide_packed {
	__u8 a : 3;
	unsigned __int128 b : 100;
	__int128 c : 77;
	__u64 d : 60;
	bool e : 1;
} __attribute__((packed));
MAP(m_bits_wide_packed, struct l_bits_wide_packed);

#pragma pack(push, 2)
struct l_bits_pack2 {
	__u8 a;
	__u32 b : 5;
	__u32 c : 30; /* crosses the unit, which pack(2) lets it */
	__u64 d : 40;
	__u8 e;
	__u64 f;
	__s16 g : 9;
};
#pragma pack(pop)
MAP(m_bits_pack2, struct l_bits_pack2);

struct l_bits_zero_packed {
	__u8 a : 2;
	__u8 : 0;
	__u32 b : 7;
	__u32 : 0;
	__u16 c : 3;
	__u8 d;
	__u32 : 0;
	__u8 e : 1;
} __attribute__((packed));
MAP(m_bits_zero_packed, struct l_bits_zero_packed);

/* ---- unions that are packed, over-aligned, or hold only bit-fields ---- */

union l_union_packed {
	struct {
		__u8 x;
		__u64 y;
	} __attribute__((packed)) a;
	__u64 b;
	__u8 c[9];
} __attribute__((packed));
union l_union_aligned {
	__u8 a;
	__u32 b;
} __attribute__((aligned(32)));
union l_union_bits {
	__u64 a : 40;
	__s16 b : 5;
	bool c : 1;
	enum l_signed32 d : 3;
	__u32 : 0;
};
struct l_union_forms {
	__u8 a;
	union l_union_packed b; /* offset 1 */
	__u8 c;
	union l_union_aligned d; /* offset 32 */
	union l_union_bits e;
	union {
		unsigned int f : 9;
		int g : 5;
	};
	__u8 h;
	union l_union_packed i[2];
	union l_union_aligned j[2];
	union l_union_bits k[2][2];
};
MAP(m_union_forms, struct l_union_forms);
/* Values that are such a union. */
MAP(m_union_packed, union l_union_packed);
MAP(m_union_aligned, union l_union_aligned);
MAP(m_union_bits, union l_union_bits);

/* ---- arrays of all of these ---- */

struct l_arrays_bits {
	__u8 a : 3;
	__u16 b : 9;
	__s32 c : 12;
};
struct l_arrays_hard {
	struct l_arrays_bits a[3];
	struct l_arrays_bits b[2][2];
	struct l_bits_packed c[2]; /* at odd bytes */
	struct l_packed_part d[2][2];
	struct l_pack2 e[2];
	bool f[2][2];
	enum l_enum8 g[2][2];
	enum l_enum64 h[2];
	__int128 i[2];
	void (*j[2])(void);
	struct l_nested_leaf *k[2][2];
	float l[2][2];
	struct l_aligned_part m[2];
	struct {
	} n[2];
	__u8 o[2][0];
	l_mac_pair p[2];
	struct {
		enum l_signed16 a;
		bool b;
	} q[2];
	__be16 r[2][2];
};
MAP(m_arrays_hard, struct l_arrays_hard);

/* Scalars as values. */
MAP(m_bool_value, bool);
MAP(m_enum_value, enum l_signed16);
MAP(m_enum64_value, enum l_enum64);
MAP(m_double_value, double);
MAP(m_int128_value, __int128);
MAP(m_pointer_value, struct l_tree *);

/* ---- byte order, pointers, qualifiers ---- */

struct l_byteorder {
	__be16 a;
	__be32 b;
	__be64 c;
	__le16 d;
	__le32 e;
	__le64 f;
	__be32 g[2];
	__sum16 h;
};
MAP(m_byteorder, struct l_byteorder);

/* Declared, never defined. */
struct l_unknown;
union l_unknown_union;
struct l_pointers {
	void *a;
	struct l_natural *b;
	struct l_unknown *c;
	int (*d)(int number, struct l_unknown *who);
	const char *e;
	__u32 **f;
	void *g[2];
	union l_unknown_union *h;
	__u8 (*i)[4];
	void (*j)(void);
};
MAP(m_pointers, struct l_pointers);

/* Types that point to themselves and to one another. */
struct l_tree_peer;
struct l_tree {
	__u32 a;
	struct l_tree *left;
	struct l_tree *right;
	struct l_tree_peer *peer;
	void (*visit)(struct l_tree *tree);
};
struct l_tree_peer {
	struct l_tree *back;
	struct l_tree_peer *next;
};
MAP(m_tree, struct l_tree);

struct l_qualified {
	volatile __u32 a;
	const __u16 b;
	const volatile __u64 c;
	const char d[4];
	volatile __u8 e[2];
	const struct l_nested_leaf f;
	void *const g;
	const void *volatile h;
};
MAP(m_qualified, struct l_qualified);

struct l_restrict {
	__u32 *restrict a;
	const char *restrict const b;
	void *volatile restrict c[2];
};
MAP(m_restrict, struct l_restrict);

#define __type_tag(tag) __attribute__((btf_type_tag(tag)))
#define __decl_tag(tag) __attribute__((btf_decl_tag(tag)))
typedef __u32 l_tagged_id __decl_tag("a typedef");
struct l_tags {
	__u32 __type_tag("user") *a;
	struct l_nested_leaf __type_tag("rcu") *b;
	void __type_tag("one") __type_tag("two") *c;
	__u32 d __decl_tag("a member");
	__u16 e[2] __decl_tag("one") __decl_tag("two");
	l_tagged_id f;
	__u8 g : 3 __decl_tag("a bit-field");
} __decl_tag("a struct");
MAP(m_tags, struct l_tags);

/* ---- members without size (GNU C) ---- */

struct l_nothing {
};
struct l_empty {
	__u8 a;
	struct l_nothing b;
	__u32 c;
	__u64 d[0];
	__u16 e;
	struct l_nothing f[2];
	__u32 h[0];
	__u8 g; /* 3 bytes of tail */
};
MAP(m_empty, struct l_empty);

/* ---- names ---- */

struct l_keywords {
	__u8 type;
	__u16 match;
	__u32 self;
	__u64 crate;
	__u8 super;
	__u16 Self;
	__u32 _;
	__u8 ref;
	__u8 async;
	__u8 gen;
	__u8 fn;
	__u32 mod : 5;
	__u32 impl : 6;
	struct {
		__u8 where;
		__u16 dyn;
	} loop;
	union {
		__u32 trait;
		__u16 yield;
	};
	__u8 use[2];
};
MAP(m_keywords, struct l_keywords);

/* Names that a generator may want for the holes, beside real holes. */
struct l_pad_names {
	__u8 __pad_1;
	__u32 __pad_0;
	__u8 _pad;
	__u64 __padding;
	__u8 pad;
	__u16 _padding0;
	__u8 __pad_13;
};
MAP(m_pad_names, struct l_pad_names);

/* Names that generated methods may want. */
struct l_method_names {
	__u32 new;
	__u32 zeroed;
	__u32 ZERO;
	__u32 clone;
	__u32 eq;
	__u32 fmt;
	__u32 default_;
	__u32 set_bits : 4;
	__u32 bits : 4;
	__u32 with_bits : 4;
	__u32 hash;
};
MAP(m_method_names, struct l_method_names);

/* ---- what belongs to the kernel ---- */

struct l_spin_lock {
	__u32 before;
	struct bpf_spin_lock lock;
	__u8 after; /* 7 bytes of hole */
	__u64 last;
};
MAP(m_spin_lock, struct l_spin_lock);

struct l_timer {
	__u32 before; /* 4 bytes of hole */
	struct bpf_timer timer;
	__u16 after; /* 6 bytes of tail */
};
MAP(m_timer, struct l_timer);

/* ---- records that end in a flexible array member ---- */

#define RECORDS(map_name, TYPE)                     \
	struct {                                    \
		__uint(type, BPF_MAP_TYPE_RINGBUF); \
		__uint(max_entries, 4096);          \
	} map_name SEC(".maps");                    \
	const TYPE *unused_##map_name __attribute__((unused))

struct l_trailing_item {
	__u16 a; /* 6 bytes of hole */
	__u64 b;
};
struct l_trailing {
	__u32 count;
	__u8 kind; /* 3 bytes of hole */
	struct l_trailing_item items[];
};
RECORDS(r_trailing, struct l_trailing);

/* The array begins inside of what the compiler adds for alignment. */
struct l_trailing_bytes {
	__u64 a;
	__u8 len;
	__u8 bytes[]; /* offset 9 of 16 */
};
RECORDS(r_trailing_bytes, struct l_trailing_bytes);
