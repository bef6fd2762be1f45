// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/*
 * Every memory layout that C and BTF can express and that is hard to bind.
 *
 * One topic is one type `struct l_<topic>`, the value of the one-entry array map `m_<topic>`:
 * `layouts.types.h`. `fill` writes a known value into every member of every map; `check` compares
 * what user space wrote against the same values. The values follow one rule: `layouts.walk.h`.
 *
 * The maps load wherever their BTF does (5.2); the two programs need Linux 5.14.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "layouts.types.h"
#include "layouts.walk.h"

__u32 first_wrong; /* set by `check`: 0, or map number * 1000 + member number */
__u32 filled_maps; /* set by `fill`: how many maps it went through */
struct l_holes zero_holes;
__u8 data_u8 = 1;
__u64 data_u64 = 2;
struct l_packed data_packed = { .a = 3, .b = 4 };
char data_text[8] = "mapgen";
const volatile __u16 rodata_u16 = 5;
const volatile struct l_nested_leaf rodata_leaf = { .a = 6, .b = 7 };
const volatile bool rodata_bool[3] = { true, false, true };
__u32 named_section_u32 SEC(".data.layouts") = 8;
__u64 named_section_u64 SEC(".data.layouts") = 9;

/* One map: counts it, or keeps the first member that is wrong. */
#define WALK(number, topic)                                                             \
	do {                                                                            \
		void *value = bpf_map_lookup_elem(&m_##topic, &zero);                   \
		int wrong;                                                              \
                                                                                        \
		if (!value)                                                             \
			return -1;                                                      \
		wrong = walk_##topic(value, fill);                                      \
		if (wrong && !first_wrong)                                              \
			first_wrong = (number) * 1000 + wrong;                          \
		filled_maps += fill;                                                    \
	} while (0)

static __always_inline int walk_all(bool fill)
{
	__u32 zero = 0;

	WALK(1, natural);
	WALK(2, holes);
	WALK(3, packed);
	WALK(4, packed_mix);
	WALK(5, packed_member);
	WALK(6, pack2);
	WALK(7, pack4);
	WALK(8, aligned);
	WALK(9, aligned_tail);
	WALK(10, packed_aligned);
	WALK(11, nested);
	WALK(12, anon);
	WALK(13, unions);
	WALK(14, union);
	WALK(15, arrays);
	WALK(16, long_array);
	WALK(17, text);
	WALK(18, array_value);
	WALK(19, int_value);
	WALK(20, typedefs);
	WALK(21, typedef_value);
	WALK(22, enums);
	WALK(23, bools);
	WALK(24, floats);
	WALK(25, int128);
	WALK(26, int128_packed);
	WALK(27, bits);
	WALK(28, bits_signed);
	WALK(29, bits_packed);
	WALK(30, bits_zero);
	WALK(31, bits_mixed);
	WALK(32, bits_union);
	WALK(33, bits_kinds);
	WALK(34, byteorder);
	WALK(35, pointers);
	WALK(36, tree);
	WALK(37, qualified);
	WALK(38, empty);
	WALK(39, keywords);
	WALK(40, pad_names);
	WALK(41, method_names);
	WALK(42, spin_lock);
	WALK(43, timer);
	return 0;
}

SEC("syscall")
int fill(void *ctx)
{
	filled_maps = 0;
	return walk_all(true);
}

SEC("syscall")
int check(void *ctx)
{
	first_wrong = 0;
	return walk_all(false);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
