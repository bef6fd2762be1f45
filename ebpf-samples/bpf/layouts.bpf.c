// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/*
 * Every memory layout that C and BTF can express and that is hard to bind.
 *
 * One topic is one type `struct l_<topic>`, the value of the one-entry array map `m_<topic>`:
 * `layouts.types.h`. `fill` writes a known value into every member of every map; `check` compares
 * what user space wrote against the same values. The values follow one rule: `layouts.walk.h`.
 * `emit` sends records that end in a flexible array.
 *
 * The arrays and the programs load wherever their BTF does (5.2), the ring buffers need Linux 5.8.
 * The programs are XDP's because that type may take spin locks and runs on demand.
 *
 * What stands where (`m_` is left out of map names), and how user space reads and writes it:
 *
 *   bit-fields of every base type     bits_base, bits, bits_kinds       .x() .set_x() .with_x()
 *     of 128 bits                     bits_wide, bits_wide_packed       as u128, i128
 *     bool, enum                      bits_base, bits_kinds             as Bool, the enum's type
 *     signed                          bits_signed, bits_base            sign-extended
 *     crossing storage units          bits_packed, bits_pack2           .x()
 *     zero-width                      bits_zero, bits_zero_packed,
 *                                     union_bits                        no member
 *     in unions                       bits_union, union_forms           .x() .set_x()
 *     in packed structs               bits_packed, bits_wide_packed     .x() .set_x()
 *   `#pragma pack(2)`                 pack2, bits_pack2 (4: pack4)      field
 *   `aligned(N)` members              aligned                           field
 *   `aligned(N)` tails                aligned_tail, packed_aligned      field
 *   unions, packed                    union_forms, union_packed         .x() .set_x() from_x()
 *     over-aligned                    union_forms, union_aligned        .x() .set_x() from_x()
 *     of bit-fields only              union_forms, union_bits           .x() .set_x() from_x()
 *   arrays of structs, unions         arrays, unions                    field[i]
 *     of all of the above             arrays_hard, union_forms          field[i], field[i].x()
 *   bool arrays                       bools, arrays_hard                field[i] of Bool
 *   enum64, enums of 1, 2, 8 bytes    enums, enum_value, enum64_value   the enum's type
 *   `__int128`                        int128, int128_packed, *_value    field of i128, u128
 *   float and double                  floats, double_value              field of f32, f64
 *     long double (8 bytes), __fp16   other_floats                      field of f64, [u16; 1]
 *   function pointers                 pointers, tree, arrays_hard       KernelPtr
 *   volatile, const                   qualified                         field
 *   restrict                          restrict                          KernelPtr
 *   `_Atomic`                         none: LLVM 19 can neither describe nor read it for BPF,
 *                                     and mapgen says so
 *   type tags, declaration tags       tags                              field
 *   empty structs                     empty, arrays_hard                field, which has no bytes
 *   zero-length arrays                empty, arrays_hard                [T; 0]
 *   flexible arrays                   r_trailing, r_trailing_bytes      Consumer::consume_items
 *   types that point to themselves    tree                              KernelPtr<LTree>
 *   pointers to declared types        pointers                          KernelPtr<c_void>
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
	WALK(44, bits_base);
	WALK(45, bits_wide);
	WALK(46, bits_wide_packed);
	WALK(47, bits_pack2);
	WALK(48, bits_zero_packed);
	WALK(49, union_forms);
	WALK(50, union_packed);
	WALK(51, union_aligned);
	WALK(52, union_bits);
	WALK(53, arrays_hard);
	WALK(54, bool_value);
	WALK(55, enum_value);
	WALK(56, enum64_value);
	WALK(57, double_value);
	WALK(58, int128_value);
	WALK(59, pointer_value);
	WALK(60, restrict);
	WALK(61, tags);
	WALK(62, other_floats);
	return 0;
}

SEC("xdp")
int fill(void *ctx)
{
	filled_maps = 0;
	return walk_all(true);
}

/* A record of `count` items, of which member number k of each item is k * 16 + item. */
static __always_inline int emit_items(__u32 count)
{
	struct l_trailing *record;

	record = bpf_ringbuf_reserve(&r_trailing, sizeof(*record) + count * sizeof(record->items[0]), 0);
	if (!record)
		return -1;
	record->count = count;
	record->kind = 7;
	for (__u32 i = 0; i < count; i++) {
		record->items[i].a = 16 + i;
		record->items[i].b = 32 + i;
	}
	bpf_ringbuf_submit(record, 0);
	return 0;
}

/* Records whose number of items is none, one and three, and one that is cut in an item. */
SEC("xdp")
int emit(void *ctx)
{
	__u8 cut[sizeof(struct l_trailing) + sizeof(struct l_trailing_item) + 5] = { 1 };
	struct l_trailing_bytes *record;

	if (emit_items(0) || emit_items(1) || emit_items(3))
		return -1;
	if (bpf_ringbuf_output(&r_trailing, cut, sizeof(cut), 0))
		return -1;
	record = bpf_ringbuf_reserve(&r_trailing_bytes, sizeof(*record) + 2, 0);
	if (!record)
		return -1;
	record->a = 1;
	record->len = 9;
	for (__u32 i = 0; i < 9; i++)
		record->bytes[i] = 2 + i;
	bpf_ringbuf_submit(record, 0);
	return 0;
}

SEC("xdp")
int check(void *ctx)
{
	first_wrong = 0;
	return walk_all(false);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
