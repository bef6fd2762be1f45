/* Every kind of handle, with and without types, and data sections. */
#include "common.h"

struct flow_key {
	__be32 saddr;
	__be32 daddr;
	__be16 sport;
	__be16 dport;
	__u8 proto; /* 3 bytes of tail */
};

struct flow_stats {
	__u64 packets;
	__u64 bytes;
	__u32 flags; /* 4 bytes of tail */
};

struct event {
	struct flow_key key;
	char comm[16];
	__u64 at;
};
struct event *unused_event __attribute__((unused));

struct {
	__uint(type, 1);
	__uint(max_entries, 65536);
	__type(key, struct flow_key);
	__type(value, struct flow_stats);
	__uint(pinning, 1);
} conns SEC(".maps");

struct {
	__uint(type, 5);
	__uint(max_entries, 256);
	__type(key, __u8);
	__type(value, __u64);
} protocols SEC(".maps");

struct {
	__uint(type, 2);
	__uint(max_entries, 16);
	__uint(map_flags, 1024);
	__type(key, __u32);
	__type(value, __u64[4]);
} counters SEC(".maps");

struct {
	__uint(type, 27);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, 1);
	__uint(max_entries, 8);
	__uint(key_size, 4);
	__uint(value_size, 8);
} untyped SEC(".maps");

struct {
	__uint(type, 22);
	__uint(max_entries, 8);
	__type(value, __u32);
} type SEC(".maps");

struct {
	__uint(type, 9);
	__uint(max_entries, 8);
	__type(key, int);
	__type(value, int);
} Maps SEC(".maps");

const volatile __u16 target_port = 443;
const volatile bool enabled;
__u64 dropped = 0;
struct flow_stats total = { 1, 2, 3 };

SEC("xdp") int handle_packet(void *ctx)
{
	static __u32 calls;

	dropped++;
	calls += target_port;
	return enabled ? total.flags : calls;
}

char LICENSE[] SEC("license") = "GPL";
