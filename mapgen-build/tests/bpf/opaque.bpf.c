/* What belongs to the kernel, in map values. */
#include "bpf.h"

struct bpf_spin_lock {
	__u32 val;
};
struct bpf_timer {
	__u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_list_head {
	__u64 opaque[2];
} __attribute__((aligned(8)));
struct bpf_list_node {
	__u64 opaque[3];
} __attribute__((aligned(8)));

struct task_struct {
	int pid;
	struct task_struct *parent;
};

struct elem {
	struct bpf_list_node node;
	int data;
};

struct locked {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __contains(elem, node);
	int count;
};

struct owner {
	struct bpf_timer timer;
	struct task_struct __kptr *task;
	struct task_struct *plain;
};

struct {
	__uint(type, ARRAY);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct locked);
} lists SEC(".maps");

struct {
	__uint(type, HASH);
	__uint(max_entries, 1);
	__type(key, int);
	__type(value, struct owner);
} owners SEC(".maps");

struct elem *unused_elem __attribute__((unused));

char _license[] SEC("license") = "GPL";
