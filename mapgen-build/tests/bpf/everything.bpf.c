/* Every form of map, variable and program that an object can hold. */
#include "bpf.h"

struct key {
	__be32 addr;
	__be16 port;
	__u8 proto;
};

enum state { NEW = 1, OLD = -2 };
enum wide : __u64 { SMALL = 1, BIG = 0xffffffff00000000 };

struct file;
struct node;
typedef struct {
	int x;
	union {
		__u64 wide;
		struct {
			__u16 low, high;
		};
	};
} anon_t;

struct value {
	__u64 packets;
	const volatile __u32 flags : 3;
	__s32 signed_bits : 5;
	enum state state;
	enum wide wide;
	_Bool seen;
	char name[7];
	anon_t anon[2][3];
	struct file *file;
	struct value *next;
	int (*callback)(struct file *, const char *);
	const char *text;
	double ratio;
	__int128 sum;
} __attribute__((aligned(16)));

struct packed {
	__u8 a;
	__u64 b;
	__u16 c : 4, d : 12;
} __attribute__((packed));

struct {
	__uint(type, HASH);
	__uint(max_entries, 1000);
	__uint(map_flags, 1 | 4);
	__uint(numa_node, 0);
	__type(key, struct key);
	__type(value, struct value);
	__uint(pinning, 1);
} by_types SEC(".maps");

struct {
	__uint(type, ARRAY);
	__uint(max_entries, 8);
	__uint(key_size, 4);
	__uint(value_size, 12);
} by_sizes SEC(".maps");

struct {
	__uint(type, LRU_HASH);
	__uint(max_entries, 0);
	__uint(key_size, sizeof(__u64));
	__type(key, __u64);
	__type(value, struct packed);
} both SEC(".maps");

struct {
	__uint(type, BLOOM_FILTER);
	__uint(max_entries, 100);
	__type(value, anon_t);
	__uint(map_extra, 3);
} bloom SEC(".maps");

struct {
	__uint(type, BLOOM_FILTER);
	__uint(max_entries, 100);
	__uint(value_size, 8);
	__ulong(map_extra, 0x5ULL);
} bloom_long SEC(".maps");

struct inner {
	__uint(type, PERCPU_HASH);
	__uint(max_entries, 5);
	__type(key, struct key);
	__type(value, __u64[3]);
} inner_one SEC(".maps");

struct {
	__uint(type, HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct inner);
} outer SEC(".maps") = { .values = { [0] = &inner_one } };

struct {
	__uint(type, ARRAY_OF_MAPS);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__array(values, struct {
		__uint(type, ARRAY);
		__uint(max_entries, 1);
		__type(key, int);
		__type(value, struct packed);
	});
} outer_anonymous SEC(".maps");

int handle(void *ctx);
struct {
	__uint(type, PROG_ARRAY);
	__uint(max_entries, 2);
	__uint(key_size, 4);
	__array(values, int(void *));
} programs SEC(".maps") = { .values = { [1] = (void *)&handle } };

struct {
	__uint(type, RINGBUF);
	__uint(max_entries, 5000);
} ring SEC(".maps");

/* A record that only the ring buffer carries. */
struct record {
	__u32 pid;
	__u8 data[];
};
struct record *unused_record __attribute__((unused));

/* Globals, out of their order in memory. */
__u64 counter;
static __u32 local_bss;
__hidden __u32 hidden_bss;
__weak __u8 weak_data = 4;
struct packed data = { 1, 2, 3, 4 };
static volatile struct key local_data = { 1, 2, 3 };
const volatile __u32 config = 7;
const volatile char greeting[6] = "hello";
__u32 named SEC(".data.named") = 9;
const __u64 constant SEC(".rodata.table") = 11;
__u8 zeroes[3] SEC(".bss.more");

/* Laid out by libbpf. */
extern __u32 LINUX_KERNEL_VERSION SEC(".kconfig");
extern _Bool CONFIG_BPF SEC(".kconfig") __weak;
extern __u64 CONFIG_HZ SEC(".kconfig") __weak;
extern char CONFIG_CC[9] SEC(".kconfig") __weak;
extern const int __ksym_like SEC(".ksyms") __weak;

static __noinline int leaf(int x)
{
	counter += ktime_get_ns();
	return x + local_bss;
}

__noinline int middle(int x)
{
	return leaf(x) * 3;
}

static long callback(__u32 i, void *ctx)
{
	__u32 key = i;

	map_update_elem(&by_sizes, &key, &data, 0);
	return 0;
}

SEC("xdp")
int handle(void *ctx)
{
	struct key key = { 1, 2, 3 };
	struct value *value = map_lookup_elem(&by_types, &key);

	tail_call(ctx, &programs, 1);
	return middle(value ? value->flags + config : 0);
}

SEC("?tracepoint/syscalls/sys_enter_write")
int traced(void *ctx)
{
	if (CONFIG_BPF && LINUX_KERNEL_VERSION > 5 && CONFIG_HZ && CONFIG_CC[0])
		loop(3, callback, ctx, 0);
	named = hidden_bss + weak_data + zeroes[1] + greeting[1] + constant + local_data.proto;
	return !!&__ksym_like;
}

SEC("fentry/do_unlinkat")
int entry(void *ctx)
{
	static const char fmt[] = "hello %d";

	trace_printk(fmt, sizeof(fmt), 1);
	return 0;
}

SEC("some/thing")
int unknown(void *ctx)
{
	return 0;
}

SEC("struct_ops/init")
int ops_init(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
