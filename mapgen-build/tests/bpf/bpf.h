/* The few lines of libbpf's headers that the tests need, so that they need no package. */
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef signed int __s32;
typedef signed long long __s64;
typedef __u16 __be16;
typedef __u32 __be32;

#define SEC(name) __attribute__((section(name), used))
#define __uint(name, val) int(*name)[val]
#define __type(name, val) typeof(val) *name
#define __array(name, val) typeof(val) *name[]
#define __paste1(a, b) a##b
#define __paste(a, b) __paste1(a, b)
#define __ulong(name, val) enum { __paste(__unique_value, __COUNTER__) = val } name
#define __noinline __attribute__((noinline))
#define __hidden __attribute__((visibility("hidden")))
#define __weak __attribute__((weak))
#define __kptr __attribute__((btf_type_tag("kptr")))
#define __contains(name, node) __attribute__((btf_decl_tag("contains:" #name ":" #node)))

enum {
	HASH = 1,
	ARRAY = 2,
	PROG_ARRAY = 3,
	PERCPU_HASH = 5,
	PERCPU_ARRAY = 6,
	STACK_TRACE = 7,
	LRU_HASH = 9,
	LPM_TRIE = 11,
	ARRAY_OF_MAPS = 12,
	HASH_OF_MAPS = 13,
	QUEUE = 22,
	RINGBUF = 27,
	TASK_STORAGE = 29,
	BLOOM_FILTER = 30,
};

enum { LIBBPF_PIN_BY_NAME = 1 };

static void *(*map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*map_update_elem)(void *map, const void *key, const void *value, __u64 flags) = (void *)2;
static __u64 (*ktime_get_ns)(void) = (void *)5;
static long (*trace_printk)(const char *fmt, __u32 size, ...) = (void *)6;
static long (*tail_call)(void *ctx, void *prog_array, __u32 index) = (void *)12;
static long (*loop)(__u32 n, void *fn, void *ctx, __u64 flags) = (void *)181;
