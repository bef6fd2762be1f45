// SPDX-License-Identifier: (GPL-2.0 OR BSD-2-Clause)
/*
 * What `fill` writes and `check` expects, member by member. Included by `layouts.bpf.c` only.
 *
 * The values
 * ----------
 * The members of a type are numbered 1, 2, 3, … as they stand in C:
 *   - members of nested and anonymous structs are numbered in place;
 *   - every array element has a number of its own, the last index running fastest;
 *   - a `char[N]` is one member, and so is each row of a `char[M][N]`;
 *   - of a union only the first member counts, the others just show its bytes;
 *   - unnamed bit-fields, empty members and what belongs to the kernel (locks, timers) have none.
 *
 * Member number k holds, by kind:
 *   unsigned    byte i is k + i, where byte 0 is the least significant:
 *               __u8 = k, __u32 = k | (k+1) << 8 | (k+2) << 16 | (k+3) << 24, up to 16 bytes.
 *               Network- and little-endian typedefs too: this is the integer as the BPF program
 *               stores it, in the byte order of the object, not yet swapped.
 *   signed      the complement (~) of the unsigned value, which makes it negative; plain `char` too
 *   enum        as an integer of its size and sign; the value need not be an enumerator
 *   pointer     as a 64-bit unsigned integer
 *   float       the bits of the number are those of the unsigned integer of its size
 *   bool        true, the byte 1; what `check` makes of other bytes is up to the compiler
 *   bit-field   the lowest bits of the unsigned value, or 1 where those are all zero; of a signed
 *               one the complement of that, or -1 where that would be 0
 *   char[N]     N-1 letters and a NUL; letter i is 'a' + (k + i) % 26
 */

#define REPEAT(byte) (0x0101010101010101ULL * (byte))
#define LOW_HALF(k) (0x0706050403020100ULL + REPEAT(k))
#define HIGH_HALF(k) (0x0f0e0d0c0b0a0908ULL + REPEAT(k))
#define UNSIGNED(k) ((unsigned __int128)HIGH_HALF(k) << 64 | LOW_HALF(k))
#define LOWEST(k, bits) (LOW_HALF(k) & (~0ULL >> (64 - (bits))))
#define FIELD(k, bits) (LOWEST(k, bits) ? LOWEST(k, bits) : 1)
/* The complement, sign-extended from `bits`. */
#define COMPLEMENT(k, bits) ((__s64)(~FIELD(k, bits) << (64 - (bits))) >> (64 - (bits)))
#define SIGNED_FIELD(k, bits) (COMPLEMENT(k, bits) ? COMPLEMENT(k, bits) : -1)
/* As much, of bit-fields of 65 to 127 bits. */
#define WIDE(k, bits) (UNSIGNED(k) & ~(unsigned __int128)0 >> (128 - (bits)))
#define SIGNED_WIDE(k, bits) ((__int128)(~WIDE(k, bits) << (128 - (bits))) >> (128 - (bits)))
#define LETTER(k, i) ((char)('a' + ((k) + (i)) % 26))

/*
 * One member: written if `fill`, else compared. `fill` is a constant wherever these are
 * expanded, so each program keeps one half.
 */
#define MEMBER(k, member, value)                  \
	do {                                      \
		if (fill)                         \
			(member) = (value);       \
		else if ((member) != (value))     \
			return (k);               \
	} while (0)
/* U: unsigned, S: signed, P: pointer, B: bool, F: the bits of a float, T: text,
 * UB and SB: unsigned and signed bit-field, UW and SW: those of more than 64 bits. */
#define U(k, member) MEMBER(k, member, (typeof(member))UNSIGNED(k))
#define S(k, member) MEMBER(k, member, (typeof(member))~UNSIGNED(k))
#define P(k, member) MEMBER(k, member, (typeof(member))(unsigned long)LOW_HALF(k))
#define B(k, member) MEMBER(k, member, true)
#define F16(k, member) U(k, *(__u16 *)&(member))
#define F32(k, member) U(k, *(__u32 *)&(member))
#define F64(k, member) U(k, *(__u64 *)&(member))
#define UB(k, member, bits) MEMBER(k, member, FIELD(k, bits))
#define SB(k, member, bits) MEMBER(k, member, SIGNED_FIELD(k, bits))
#define UW(k, member, bits) MEMBER(k, member, WIDE(k, bits))
#define SW(k, member, bits) MEMBER(k, member, SIGNED_WIDE(k, bits))
#define T(k, text)                                                               \
	do {                                                                     \
		_Pragma("unroll") for (int i = 0; i < (int)sizeof(text) - 1; i++) \
			MEMBER(k, (text)[i], LETTER(k, i));                      \
		MEMBER(k, (text)[sizeof(text) - 1], 0);                          \
	} while (0)

static __always_inline int walk_natural(struct l_natural *v, bool fill)
{
	U(1, v->a_u8);
	U(2, v->b_u16);
	U(3, v->c_u32);
	U(4, v->d_u64);
	S(5, v->e_s8);
	S(6, v->f_s16);
	S(7, v->g_s32);
	S(8, v->h_s64);
	S(9, v->i_char);
	S(10, v->j_long);
	U(11, v->k_ulong);
	S(12, v->l_llong);
	U(13, v->m_ullong);
	S(14, v->n_short);
	U(15, v->o_ushort);
	S(16, v->p_int);
	U(17, v->q_uint);
	B(18, v->r_bool);
	return 0;
}

static __always_inline int walk_holes(struct l_holes *v, bool fill)
{
	U(1, v->a);
	U(2, v->b);
	U(3, v->c);
	U(4, v->d.first);
	U(5, v->d.second);
	U(6, v->d.third);
	U(7, v->e);
	U(8, v->f);
	U(9, v->g);
	return 0;
}

static __always_inline int walk_packed(struct l_packed *v, bool fill)
{
	U(1, v->a);
	U(2, v->b);
	U(3, v->c);
	U(4, v->d);
	S(5, v->e);
	U(6, v->f[0]);
	U(7, v->f[1]);
	U(8, v->f[2]);
	B(9, v->g);
	S(10, v->h);
	U(11, v->i);
	return 0;
}

static __always_inline int walk_packed_mix(struct l_packed_mix *v, bool fill)
{
	U(1, v->a);
	U(2, v->b.a);
	U(3, v->b.b);
	U(4, v->c);
	U(5, v->d.a);
	U(6, v->d.b.a);
	U(7, v->d.b.b);
	U(8, v->d.c);
	U(9, v->e[0].a);
	U(10, v->e[0].b);
	U(11, v->e[1].a);
	U(12, v->e[1].b);
	U(13, v->f);
	return 0;
}

static __always_inline int walk_packed_member(struct l_packed_member *v, bool fill)
{
	U(1, v->a);
	U(2, v->b);
	U(3, v->c);
	U(4, v->d);
	return 0;
}

static __always_inline int walk_pack2(struct l_pack2 *v, bool fill)
{
	U(1, v->a);
	U(2, v->b);
	U(3, v->c);
	U(4, v->d);
	U(5, v->e);
	return 0;
}

static __always_inline int walk_pack4(struct l_pack4 *v, bool fill)
{
	U(1, v->a);
	U(2, v->b);
	U(3, v->c);
	U(4, v->d);
	U(5, v->e);
	return 0;
}

static __always_inline int walk_aligned(struct l_aligned *v, bool fill)
{
	U(1, v->a);
	U(2, v->b);
	U(3, v->c);
	U(4, v->d.a);
	U(5, v->d.b);
	U(6, v->e);
	return 0;
}

static __always_inline int walk_aligned_tail(struct l_aligned_tail *v, bool fill)
{
	U(1, v->a);
	U(2, v->b);
	return 0;
}

static __always_inline int walk_packed_aligned(struct l_packed_aligned *v, bool fill)
{
	U(1, v->a);
	U(2, v->b);
	U(3, v->c);
	return 0;
}

static __always_inline int walk_nested(struct l_nested *v, bool fill)
{
	U(1, v->a.a);
	U(2, v->a.b.a);
	U(3, v->a.b.b);
	U(4, v->a.c);
	U(5, v->b.a);
	U(6, v->b.b);
	U(7, v->c.x);
	U(8, v->c.deep.y);
	U(9, v->d.a);
	U(10, v->d.b.a);
	U(11, v->d.b.b);
	U(12, v->d.c);
	return 0;
}

static __always_inline int walk_anon(struct l_anon *v, bool fill)
{
	U(1, v->a);
	U(2, v->b);
	U(3, v->c);
	U(4, v->d);
	U(5, v->e);
	U(6, v->f);
	U(7, v->g);
	U(8, v->h);
	return 0;
}

static __always_inline int walk_unions(struct l_unions *v, bool fill)
{
	U(1, v->a);
	U(2, v->b.v4);
	U(3, v->c.small);
	U(4, v->d.parts.low);
	U(5, v->d.parts.high);
	U(6, v->e[0].small);
	U(7, v->e[1].small);
	U(8, v->f);
	return 0;
}

static __always_inline int walk_union(union l_union *v, bool fill)
{
	U(1, v->first.a);
	U(2, v->first.b);
	return 0;
}

static __always_inline int walk_arrays(struct l_arrays *v, bool fill)
{
	U(1, v->a[0]);
	U(2, v->a[1]);
	U(3, v->a[2]);
	U(4, v->m[0][0]);
	U(5, v->m[0][1]);
	U(6, v->m[0][2]);
	U(7, v->m[1][0]);
	U(8, v->m[1][1]);
	U(9, v->m[1][2]);
	U(10, v->c[0][0][0]);
	U(11, v->c[0][0][1]);
	U(12, v->c[0][1][0]);
	U(13, v->c[0][1][1]);
	U(14, v->c[1][0][0]);
	U(15, v->c[1][0][1]);
	U(16, v->c[1][1][0]);
	U(17, v->c[1][1][1]);
	U(18, v->d[0].a);
	U(19, v->d[0].b);
	U(20, v->d[1].a);
	U(21, v->d[1].b);
	U(22, v->e[0][0].a);
	U(23, v->e[0][0].b);
	U(24, v->e[0][1].a);
	U(25, v->e[0][1].b);
	U(26, v->e[1][0].a);
	U(27, v->e[1][0].b);
	U(28, v->e[1][1].a);
	U(29, v->e[1][1].b);
	U(30, v->f[0].narrow);
	U(31, v->f[1].narrow);
	U(32, v->g[0].x);
	U(33, v->g[0].y[0]);
	U(34, v->g[0].y[1]);
	U(35, v->g[1].x);
	U(36, v->g[1].y[0]);
	U(37, v->g[1].y[1]);
	U(38, v->h[0]);
	return 0;
}

static __always_inline int walk_long_array(struct l_long_array *v, bool fill)
{
	U(1, v->a);
	for (int i = 0; i < 40; i++)
		U(2 + i, v->b[i]);
	for (int i = 0; i < 33; i++)
		U(42 + i, v->c[i]);
	return 0;
}

static __always_inline int walk_text(struct l_text *v, bool fill)
{
	T(1, v->name);
	S(2, v->one);
	T(3, v->names[0]);
	T(4, v->names[1]);
	T(5, v->names[2]);
	T(6, v->names[3]);
	U(7, v->bytes[0]);
	U(8, v->bytes[1]);
	U(9, v->bytes[2]);
	U(10, v->bytes[3]);
	S(11, v->signed_bytes[0]);
	S(12, v->signed_bytes[1]);
	T(13, v->tail);
	return 0;
}

static __always_inline int walk_array_value(l_grid *v, bool fill)
{
	U(1, (*v)[0][0]);
	U(2, (*v)[0][1]);
	U(3, (*v)[1][0]);
	U(4, (*v)[1][1]);
	return 0;
}

static __always_inline int walk_int_value(__s32 *v, bool fill)
{
	S(1, *v);
	return 0;
}

static __always_inline int walk_typedefs(struct l_typedefs *v, bool fill)
{
	U(1, v->a);
	U(2, v->b.major);
	U(3, v->b.minor);
	U(4, v->c.major);
	U(5, v->c.minor);
	U(6, v->d.left);
	U(7, v->d.right);
	U(8, v->e.left);
	U(9, v->e.right);
	U(10, v->f[0]);
	U(11, v->f[1]);
	U(12, v->f[2]);
	U(13, v->f[3]);
	U(14, v->f[4]);
	U(15, v->f[5]);
	U(16, v->g[0][0]);
	U(17, v->g[0][1]);
	U(18, v->g[0][2]);
	U(19, v->g[0][3]);
	U(20, v->g[0][4]);
	U(21, v->g[0][5]);
	U(22, v->g[1][0]);
	U(23, v->g[1][1]);
	U(24, v->g[1][2]);
	U(25, v->g[1][3]);
	U(26, v->g[1][4]);
	U(27, v->g[1][5]);
	U(28, v->h.word);
	U(29, v->i);
	B(30, v->j);
	U(31, v->k);
	return 0;
}

static __always_inline int walk_typedef_value(l_release *v, bool fill)
{
	U(1, v->major);
	U(2, v->minor);
	return 0;
}

static __always_inline int walk_enums(struct l_enums *v, bool fill)
{
	U(1, v->a);
	U(2, v->b);
	U(3, v->c);
	U(4, v->d);
	S(5, v->e);
	S(6, v->f);
	S(7, v->g);
	S(8, v->h);
	U(9, v->i);
	U(10, v->j);
	U(11, v->k[0]);
	U(12, v->k[1]);
	U(13, v->k[2]);
	return 0;
}

static __always_inline int walk_bools(struct l_bools *v, bool fill)
{
	B(1, v->a);
	B(2, v->b[0]);
	B(3, v->b[1]);
	B(4, v->b[2]);
	U(5, v->c);
	B(6, v->d);
	return 0;
}

static __always_inline int walk_floats(struct l_floats *v, bool fill)
{
	U(1, v->a);
	F32(2, v->b);
	F64(3, v->c);
	F32(4, v->d[0]);
	F32(5, v->d[1]);
	F64(6, v->e[0]);
	F64(7, v->e[1]);
	F32(8, v->f);
	return 0;
}

static __always_inline int walk_int128(struct l_int128 *v, bool fill)
{
	U(1, v->a);
	S(2, v->b);
	U(3, v->c);
	U(4, v->d);
	U(5, v->e[0]);
	U(6, v->e[1]);
	return 0;
}

static __always_inline int walk_int128_packed(struct l_int128_packed *v, bool fill)
{
	U(1, v->a);
	S(2, v->b);
	U(3, v->c);
	return 0;
}

static __always_inline int walk_bits(struct l_bits *v, bool fill)
{
	UB(1, v->a, 1);
	UB(2, v->b, 3);
	UB(3, v->c, 4);
	UB(4, v->d, 5);
	UB(5, v->e, 11);
	UB(6, v->f, 7);
	UB(7, v->g, 24);
	UB(8, v->h, 1);
	UB(9, v->i, 33);
	UB(10, v->j, 31);
	UB(11, v->k, 8);
	UB(12, v->l, 63);
	UB(13, v->m, 1);
	return 0;
}

static __always_inline int walk_bits_signed(struct l_bits_signed *v, bool fill)
{
	SB(1, v->a, 3);
	SB(2, v->b, 5);
	SB(3, v->c, 7);
	SB(4, v->d, 9);
	SB(5, v->e, 20);
	SB(6, v->f, 2);
	SB(7, v->g, 40);
	SB(8, v->h, 24);
	SB(9, v->i, 4);
	SB(10, v->j, 1);
	return 0;
}

static __always_inline int walk_bits_packed(struct l_bits_packed *v, bool fill)
{
	UB(1, v->a, 3);
	UB(2, v->b, 10);
	UB(3, v->c, 29);
	UB(4, v->d, 50);
	SB(5, v->e, 17);
	U(6, v->f);
	UB(7, v->g, 12);
	U(8, v->h);
	UB(9, v->i, 57);
	UB(10, v->j, 2);
	return 0;
}

static __always_inline int walk_bits_zero(struct l_bits_zero *v, bool fill)
{
	UB(1, v->a, 4);
	UB(2, v->b, 4);
	UB(3, v->c, 9);
	UB(4, v->d, 2);
	UB(5, v->e, 3);
	UB(6, v->f, 5);
	return 0;
}

static __always_inline int walk_bits_mixed(struct l_bits_mixed *v, bool fill)
{
	UB(1, v->a, 5);
	U(2, v->b);
	UB(3, v->c, 10);
	U(4, v->d);
	UB(5, v->e, 20);
	U(6, v->f[0]);
	U(7, v->f[1]);
	UB(8, v->g, 9);
	B(9, v->h);
	UB(10, v->i, 6);
	U(11, v->j);
	return 0;
}

static __always_inline int walk_bits_union(struct l_bits_union *v, bool fill)
{
	UB(1, v->a, 2);
	UB(2, v->b.low, 12);
	UB(3, v->b.high, 20);
	UB(4, v->c, 9);
	UB(5, v->e, 3);
	UB(6, v->f, 6);
	UB(7, v->g[0].low, 12);
	UB(8, v->g[0].high, 20);
	UB(9, v->g[1].low, 12);
	UB(10, v->g[1].high, 20);
	return 0;
}

static __always_inline int walk_bits_kinds(struct l_bits_kinds *v, bool fill)
{
	UB(1, v->a, 1);
	UB(2, v->b, 1);
	UB(3, v->c, 3);
	SB(4, v->d, 4);
	UB(5, v->e, 6);
	UB(6, v->f, 5);
	UB(7, v->g, 1);
	UB(8, v->h, 10);
	return 0;
}

static __always_inline int walk_byteorder(struct l_byteorder *v, bool fill)
{
	U(1, v->a);
	U(2, v->b);
	U(3, v->c);
	U(4, v->d);
	U(5, v->e);
	U(6, v->f);
	U(7, v->g[0]);
	U(8, v->g[1]);
	U(9, v->h);
	return 0;
}

static __always_inline int walk_pointers(struct l_pointers *v, bool fill)
{
	P(1, v->a);
	P(2, v->b);
	P(3, v->c);
	P(4, v->d);
	P(5, v->e);
	P(6, v->f);
	P(7, v->g[0]);
	P(8, v->g[1]);
	P(9, v->h);
	P(10, v->i);
	P(11, v->j);
	return 0;
}

static __always_inline int walk_tree(struct l_tree *v, bool fill)
{
	U(1, v->a);
	P(2, v->left);
	P(3, v->right);
	P(4, v->peer);
	P(5, v->visit);
	return 0;
}

static __always_inline int walk_qualified(struct l_qualified *v, bool fill)
{
	U(1, v->a);
	U(2, *(__u16 *)&v->b);
	U(3, *(__u64 *)&v->c);
	T(4, (*(char (*)[4])&v->d));
	U(5, v->e[0]);
	U(6, v->e[1]);
	U(7, *(__u16 *)&v->f.a);
	U(8, *(__u8 *)&v->f.b);
	P(9, *(void **)&v->g);
	P(10, v->h);
	return 0;
}

static __always_inline int walk_empty(struct l_empty *v, bool fill)
{
	U(1, v->a);
	U(2, v->c);
	U(3, v->e);
	U(4, v->g);
	return 0;
}

static __always_inline int walk_keywords(struct l_keywords *v, bool fill)
{
	U(1, v->type);
	U(2, v->match);
	U(3, v->self);
	U(4, v->crate);
	U(5, v->super);
	U(6, v->Self);
	U(7, v->_);
	U(8, v->ref);
	U(9, v->async);
	U(10, v->gen);
	U(11, v->fn);
	UB(12, v->mod, 5);
	UB(13, v->impl, 6);
	U(14, v->loop.where);
	U(15, v->loop.dyn);
	U(16, v->trait);
	U(17, v->use[0]);
	U(18, v->use[1]);
	return 0;
}

static __always_inline int walk_pad_names(struct l_pad_names *v, bool fill)
{
	U(1, v->__pad_1);
	U(2, v->__pad_0);
	U(3, v->_pad);
	U(4, v->__padding);
	U(5, v->pad);
	U(6, v->_padding0);
	U(7, v->__pad_13);
	return 0;
}

static __always_inline int walk_method_names(struct l_method_names *v, bool fill)
{
	U(1, v->new);
	U(2, v->zeroed);
	U(3, v->ZERO);
	U(4, v->clone);
	U(5, v->eq);
	U(6, v->fmt);
	U(7, v->default_);
	UB(8, v->set_bits, 4);
	UB(9, v->bits, 4);
	UB(10, v->with_bits, 4);
	U(11, v->hash);
	return 0;
}

static __always_inline int walk_spin_lock(struct l_spin_lock *v, bool fill)
{
	U(1, v->before);
	U(2, v->after);
	U(3, v->last);
	return 0;
}

static __always_inline int walk_timer(struct l_timer *v, bool fill)
{
	U(1, v->before);
	U(2, v->after);
	return 0;
}

static __always_inline int walk_bits_base(struct l_bits_base *v, bool fill)
{
	SB(1, v->a, 3);
	SB(2, v->b, 4);
	UB(3, v->c, 5);
	SB(4, v->d, 6);
	UB(5, v->e, 7);
	SB(6, v->f, 9);
	UB(7, v->g, 10);
	SB(8, v->h, 33);
	UB(9, v->i, 34);
	SB(10, v->j, 35);
	UB(11, v->k, 36);
	UB(12, v->l, 1);
	UB(13, v->m, 5);
	UB(14, v->n, 12);
	UB(15, v->o, 20);
	UB(16, v->p, 32);
	SB(17, v->q, 6);
	SB(18, v->r, 11);
	SB(19, v->s, 21);
	SB(20, v->t, 31);
	UB(21, v->u, 31);
	return 0;
}

static __always_inline int walk_bits_wide(struct l_bits_wide *v, bool fill)
{
	UW(1, v->a, 100);
	SB(2, v->b, 20);
	SW(3, v->c, 70);
	UW(4, v->d, 127);
	return 0;
}

static __always_inline int walk_bits_wide_packed(struct l_bits_wide_packed *v, bool fill)
{
	UB(1, v->a, 3);
	UW(2, v->b, 100);
	SW(3, v->c, 77);
	UB(4, v->d, 60);
	UB(5, v->e, 1);
	return 0;
}

static __always_inline int walk_bits_pack2(struct l_bits_pack2 *v, bool fill)
{
	U(1, v->a);
	UB(2, v->b, 5);
	UB(3, v->c, 30);
	UB(4, v->d, 40);
	U(5, v->e);
	U(6, v->f);
	SB(7, v->g, 9);
	return 0;
}

static __always_inline int walk_bits_zero_packed(struct l_bits_zero_packed *v, bool fill)
{
	UB(1, v->a, 2);
	UB(2, v->b, 7);
	UB(3, v->c, 3);
	U(4, v->d);
	UB(5, v->e, 1);
	return 0;
}

static __always_inline int walk_union_forms(struct l_union_forms *v, bool fill)
{
	U(1, v->a);
	U(2, v->b.a.x);
	U(3, v->b.a.y);
	U(4, v->c);
	U(5, v->d.a);
	UB(6, v->e.a, 40);
	UB(7, v->f, 9);
	U(8, v->h);
	U(9, v->i[0].a.x);
	U(10, v->i[0].a.y);
	U(11, v->i[1].a.x);
	U(12, v->i[1].a.y);
	U(13, v->j[0].a);
	U(14, v->j[1].a);
	UB(15, v->k[0][0].a, 40);
	UB(16, v->k[0][1].a, 40);
	UB(17, v->k[1][0].a, 40);
	UB(18, v->k[1][1].a, 40);
	return 0;
}

static __always_inline int walk_union_packed(union l_union_packed *v, bool fill)
{
	U(1, v->a.x);
	U(2, v->a.y);
	return 0;
}

static __always_inline int walk_union_aligned(union l_union_aligned *v, bool fill)
{
	U(1, v->a);
	return 0;
}

static __always_inline int walk_union_bits(union l_union_bits *v, bool fill)
{
	UB(1, v->a, 40);
	return 0;
}

static __always_inline int walk_arrays_hard(struct l_arrays_hard *v, bool fill)
{
	UB(1, v->a[0].a, 3);
	UB(2, v->a[0].b, 9);
	SB(3, v->a[0].c, 12);
	UB(4, v->a[1].a, 3);
	UB(5, v->a[1].b, 9);
	SB(6, v->a[1].c, 12);
	UB(7, v->a[2].a, 3);
	UB(8, v->a[2].b, 9);
	SB(9, v->a[2].c, 12);
	UB(10, v->b[0][0].a, 3);
	UB(11, v->b[0][0].b, 9);
	SB(12, v->b[0][0].c, 12);
	UB(13, v->b[0][1].a, 3);
	UB(14, v->b[0][1].b, 9);
	SB(15, v->b[0][1].c, 12);
	UB(16, v->b[1][0].a, 3);
	UB(17, v->b[1][0].b, 9);
	SB(18, v->b[1][0].c, 12);
	UB(19, v->b[1][1].a, 3);
	UB(20, v->b[1][1].b, 9);
	SB(21, v->b[1][1].c, 12);
	UB(22, v->c[0].a, 3);
	UB(23, v->c[0].b, 10);
	UB(24, v->c[0].c, 29);
	UB(25, v->c[0].d, 50);
	SB(26, v->c[0].e, 17);
	U(27, v->c[0].f);
	UB(28, v->c[0].g, 12);
	U(29, v->c[0].h);
	UB(30, v->c[0].i, 57);
	UB(31, v->c[0].j, 2);
	UB(32, v->c[1].a, 3);
	UB(33, v->c[1].b, 10);
	UB(34, v->c[1].c, 29);
	UB(35, v->c[1].d, 50);
	SB(36, v->c[1].e, 17);
	U(37, v->c[1].f);
	UB(38, v->c[1].g, 12);
	U(39, v->c[1].h);
	UB(40, v->c[1].i, 57);
	UB(41, v->c[1].j, 2);
	U(42, v->d[0][0].a);
	U(43, v->d[0][0].b);
	U(44, v->d[0][1].a);
	U(45, v->d[0][1].b);
	U(46, v->d[1][0].a);
	U(47, v->d[1][0].b);
	U(48, v->d[1][1].a);
	U(49, v->d[1][1].b);
	U(50, v->e[0].a);
	U(51, v->e[0].b);
	U(52, v->e[0].c);
	U(53, v->e[0].d);
	U(54, v->e[0].e);
	U(55, v->e[1].a);
	U(56, v->e[1].b);
	U(57, v->e[1].c);
	U(58, v->e[1].d);
	U(59, v->e[1].e);
	B(60, v->f[0][0]);
	B(61, v->f[0][1]);
	B(62, v->f[1][0]);
	B(63, v->f[1][1]);
	U(64, v->g[0][0]);
	U(65, v->g[0][1]);
	U(66, v->g[1][0]);
	U(67, v->g[1][1]);
	U(68, v->h[0]);
	U(69, v->h[1]);
	S(70, v->i[0]);
	S(71, v->i[1]);
	P(72, v->j[0]);
	P(73, v->j[1]);
	P(74, v->k[0][0]);
	P(75, v->k[0][1]);
	P(76, v->k[1][0]);
	P(77, v->k[1][1]);
	F32(78, v->l[0][0]);
	F32(79, v->l[0][1]);
	F32(80, v->l[1][0]);
	F32(81, v->l[1][1]);
	U(82, v->m[0].a);
	U(83, v->m[0].b);
	U(84, v->m[1].a);
	U(85, v->m[1].b);
	U(86, v->p[0][0][0]);
	U(87, v->p[0][0][1]);
	U(88, v->p[0][0][2]);
	U(89, v->p[0][0][3]);
	U(90, v->p[0][0][4]);
	U(91, v->p[0][0][5]);
	U(92, v->p[0][1][0]);
	U(93, v->p[0][1][1]);
	U(94, v->p[0][1][2]);
	U(95, v->p[0][1][3]);
	U(96, v->p[0][1][4]);
	U(97, v->p[0][1][5]);
	U(98, v->p[1][0][0]);
	U(99, v->p[1][0][1]);
	U(100, v->p[1][0][2]);
	U(101, v->p[1][0][3]);
	U(102, v->p[1][0][4]);
	U(103, v->p[1][0][5]);
	U(104, v->p[1][1][0]);
	U(105, v->p[1][1][1]);
	U(106, v->p[1][1][2]);
	U(107, v->p[1][1][3]);
	U(108, v->p[1][1][4]);
	U(109, v->p[1][1][5]);
	S(110, v->q[0].a);
	B(111, v->q[0].b);
	S(112, v->q[1].a);
	B(113, v->q[1].b);
	U(114, v->r[0][0]);
	U(115, v->r[0][1]);
	U(116, v->r[1][0]);
	U(117, v->r[1][1]);
	return 0;
}

static __always_inline int walk_bool_value(bool *v, bool fill)
{
	B(1, *v);
	return 0;
}

static __always_inline int walk_enum_value(enum l_signed16 *v, bool fill)
{
	S(1, *v);
	return 0;
}

static __always_inline int walk_enum64_value(enum l_enum64 *v, bool fill)
{
	U(1, *v);
	return 0;
}

static __always_inline int walk_double_value(double *v, bool fill)
{
	F64(1, *v);
	return 0;
}

static __always_inline int walk_int128_value(__int128 *v, bool fill)
{
	S(1, *v);
	return 0;
}

static __always_inline int walk_pointer_value(struct l_tree **v, bool fill)
{
	P(1, *v);
	return 0;
}

static __always_inline int walk_restrict(struct l_restrict *v, bool fill)
{
	P(1, v->a);
	P(2, *(const char **)&v->b);
	P(3, v->c[0]);
	P(4, v->c[1]);
	return 0;
}

static __always_inline int walk_tags(struct l_tags *v, bool fill)
{
	P(1, v->a);
	P(2, v->b);
	P(3, v->c);
	U(4, v->d);
	U(5, v->e[0]);
	U(6, v->e[1]);
	U(7, v->f);
	UB(8, v->g, 3);
	return 0;
}

static __always_inline int walk_other_floats(struct l_other_floats *v, bool fill)
{
	U(1, v->a);
	F64(2, v->b);
	F16(3, v->c);
	return 0;
}
