/* What the functions of the trees share: how members are filled, and how they are printed. */
#include <stdio.h>
#include <string.h>

/* Members that are constant are written all the same. */
#define const

/* SplitMix64 over the tree's seed and the member's number; `Run::fill` has the same. */
static void fill(void *to, unsigned long size, unsigned long tree, unsigned long member)
{
	unsigned char *bytes = to;
	unsigned long state = tree * 1000003 + member, word = 0;

	for (unsigned long i = 0; i < size; i++) {
		if (i % 8 == 0) {
			word = state += 0x9e3779b97f4a7c15;
			word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
			word = (word ^ word >> 27) * 0x94d049bb133111eb;
			word ^= word >> 31;
		}
		bytes[i] = word >> i % 8 * 8;
	}
}

/* A size and as many bytes. */
static void put(const void *bytes, unsigned int size)
{
	fwrite(&size, sizeof(size), 1, stdout);
	fwrite(bytes, size, 1, stdout);
}

#define PUT_MEMBER(tree, number, member) fill((void *)&(member), sizeof(member), tree, number)
#define PUT_BOOL(tree, number, member)                       \
	do {                                                 \
		PUT_MEMBER(tree, number, member);            \
		*(unsigned char *)&(member) &= 1;            \
	} while (0)
#define PUT_BITS(tree, number, type, member)                 \
	do {                                                 \
		type value;                                  \
		fill(&value, sizeof(value), tree, number);   \
		(member) = value;                            \
	} while (0)
#define PUT_TRUTH(tree, number, type, member)                \
	do {                                                 \
		unsigned char value;                         \
		fill(&value, sizeof(value), tree, number);   \
		(member) = value & 1;                        \
	} while (0)
#define GET_MEMBER(member) put((void *)&(member), sizeof(member))
#define GET_BITS(type, member)                               \
	do {                                                 \
		type value = (member);                       \
		put(&value, sizeof(value));                  \
	} while (0)
