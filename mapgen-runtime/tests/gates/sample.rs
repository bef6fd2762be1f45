//! An object and its bindings, as `#[ebpf_map]` on a module would write them.

/// Compiled with `-D…` for its variants.
pub(crate) const SOURCE: &str = r#"
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))
#define __uint(name, value) int (*name)[value]
#define __type(name, type) typeof(type) *name
#ifndef ENTRIES
#define ENTRIES 1024
#endif

static void *(*const map_lookup_elem)(void *map, const void *key) = (void *)1;
static long (*const tail_call)(void *ctx, void *map, u32 index) = (void *)12;

struct key {
	u32 addr;
	u32 port;
};

struct stats {
#ifdef SWAPPED
	u64 bytes;
	u64 packets;
#else
	u64 packets;
	u64 bytes;
#endif
};

struct {
	__uint(type, 1);
	__uint(max_entries, ENTRIES);
	__type(key, struct key);
	__type(value, struct stats);
} conns SEC(".maps");

struct {
	__uint(type, 1);
	__uint(max_entries, 1024);
	__uint(pinning, 1);
	__type(key, struct key);
	__type(value, struct stats);
} kept SEC(".maps");

struct {
	__uint(type, 27);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, 3);
	__uint(max_entries, 4);
	__type(key, u32);
	__type(value, u32);
} jumps SEC(".maps");

#ifdef AT_RUN_TIME
struct {
	__uint(type, 1);
	__uint(max_entries, 16);
} sized SEC(".maps");
#endif

const volatile u32 target_port = 80;
/* clang lays them out in the order of their use. */
u64 seen;
u64 dropped;
static volatile u64 quiet SEC(".data.quiet") = 5;

SEC("xdp") int on_packet(void *ctx)
{
	struct key key = {};
	struct stats *stats = map_lookup_elem(&conns, &key);

	if (stats)
		stats->packets++;
	stats = map_lookup_elem(&kept, &key);
	if (stats)
		stats->packets++;
	tail_call(ctx, &jumps, 0);
	return 2;
}

SEC("raw_tp/sys_enter") int on_enter(void *ctx)
{
	__sync_fetch_and_add(&seen, 1);
	return 0;
}

struct args {
	u64 in;
};

/* Of the types of program that run with a context of the caller's, the one that 5.10 has. */
SEC("raw_tp") int add(struct args *args)
{
	dropped += 1;
	quiet += 1;
#ifdef BROKEN
	return *(volatile u32 *)args->in;
#endif
	return args->in + target_port;
}

char LICENSE[] SEC("license") = "GPL";
"#;

use std::path::{Path, PathBuf};

use mapgen_runtime::{MapKind, MapSpec, Result};
use mapgen_test_support::BpfFs;

use super::{CONNS, btf, compile};

binding!(Conns, CONNS);

binding!(
    Kept,
    MapSpec {
        name: "kept",
        pinned: true,
        ..CONNS
    }
);

binding!(
    Events,
    MapSpec {
        name: "events",
        kind: MapKind::RingBuf,
        key_size: 0,
        value_size: 0,
        max_entries: 4096,
        min_entries: 4096,
        optional: true,
        btf: &[],
        ..CONNS
    }
);

binding!(
    Extra,
    MapSpec {
        name: "extra",
        optional: true,
        ..CONNS
    }
);

binding!(
    Jumps,
    MapSpec {
        name: "jumps",
        kind: MapKind::ProgArray,
        key_size: 4,
        value_size: 4,
        max_entries: 4,
        min_entries: 4,
        btf: &[],
        ..CONNS
    }
);

/// All maps.
#[derive(Clone, Debug)]
pub(crate) struct Maps {
    pub(crate) conns: Conns,
    pub(crate) kept: Kept,
    pub(crate) events: Option<Events>,
    pub(crate) extra: Option<Extra>,
    pub(crate) jumps: Jumps,
}

mapgen_runtime::__private::object! {
    object: "sample", bytes: none,
    maps: {
        conns: Conns = "conns",
        kept: Kept = "kept",
        events: Events = "events" optional,
        extra: Extra = "extra" optional,
        jumps: Jumps = "jumps",
    },
    sections: {
        rodata: u32 = ".rodata" { target_port: u32 = 0 } readonly btf(&btf::RODATA, 3),
        bss: [u64; 2] = ".bss" { seen: u64 = 0, dropped: u64 = 8 } btf(&btf::BSS, 4),
        data_quiet: u64 = ".data.quiet" { quiet: u64 = 0 },
    },
    programs: { on_packet = "on_packet", on_enter = "on_enter", add = "add" },
}

/// A bpf file system, and the sample compiled into a directory.
pub(crate) struct Setup {
    pub(crate) fs: BpfFs,
    pub(crate) dir: tempfile::TempDir,
    pub(crate) object: PathBuf,
}

impl Setup {
    pub(crate) fn new() -> Option<Self> {
        let fs = BpfFs::mount()?;
        let dir = tempfile::tempdir().unwrap();
        let object = compile(dir.path(), "sample", SOURCE, &[])?;
        Some(Self { fs, dir, object })
    }

    pub(crate) fn variant(&self, flag: &str) -> PathBuf {
        compile(self.dir.path(), "variant", SOURCE, &[flag]).unwrap()
    }

    pub(crate) fn open(&self, object: &Path) -> Result<Open> {
        let mut builder = builder();
        builder
            .object_builder_mut()
            .pin_root_path(self.fs.root())
            .unwrap();
        builder.open_file(object)
    }

    pub(crate) fn load(&self) -> Loaded {
        self.open(&self.object).unwrap().load().unwrap()
    }
}
