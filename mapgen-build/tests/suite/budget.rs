//! The memory budget, on compiled C.

use mapgen_build::policy::{self, File, Policy};
use mapgen_build::{Diagnostic, Object};
use mapgen_schema::codes;

use crate::clang;

fn object(name: &str, text: &str) -> Option<Object> {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("#include \"bpf.h\"\n{text}");
    let object = clang::compile(folder.path(), name, &text, clang::LITTLE)?;
    Some(mapgen_build::read_object(&object, &Default::default()).unwrap())
}

fn check(objects: &[Object], asked: &str) -> Vec<Diagnostic> {
    let mut policy = Policy::default();
    policy.add(File::parse(asked, "mapgen.toml".as_ref()).unwrap().policy);
    policy::check(objects, &policy)
}

const MAPS: &str = r#"
struct { __uint(type, PERCPU_ARRAY); __uint(max_entries, 1000); __type(key, int); __type(value, __u64); } counters SEC(".maps");
struct { __uint(type, HASH); __uint(max_entries, 65536); __type(key, __u64); __type(value, __u64[4]); } conns SEC(".maps");
struct { __uint(type, RINGBUF); __uint(max_entries, 65536); } events SEC(".maps");
int seen;
"#;

#[test]
fn what_is_over_the_budget_is_a_table_with_the_largest_first() {
    let Some(object) = object("big", MAPS) else {
        return;
    };
    let objects = [object];
    let found = check(&objects, "memory_budget = \"4 MiB\"\ncpus = 8\n");
    // 832 + 32·8 + 16·65536 + (48 + 8 + 32)·(65536 + 8) + 8·8 = 6817600, and so on.
    let expected = "\
`big.bpf.o`: the maps take 6.6 MiB of kernel memory on 8 possible CPUs (`mapgen.toml:2`), the \
budget is 4 MiB [M0120]
  = map       kind          entries     bytes
    conns     hash            65536   6.5 MiB  33920 entries fit
    events    ringbuf         65536  76.5 KiB
    counters  percpu_array     1000  70.6 KiB  each value is kept 8 times
    .bss      array               1     8 KiB
  = `mapgen.toml:1` asks for it
  = help: lower `max_entries` of what stands first, state the CPUs with `cpus`, or raise \
`memory_budget`";
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].to_string(), expected);
    // What is said to fit does, and one more does not.
    let mut objects = objects;
    for (entries, fits) in [(33_920, true), (33_921, false)] {
        objects[0].schema.maps[1].max_entries = entries;
        let found = check(&objects, "memory_budget = \"4 MiB\"\ncpus = 8\n");
        assert_eq!(found.is_empty(), fits, "{found:?}");
    }
}

#[test]
fn without_a_number_of_cpus_the_message_says_what_was_counted() {
    let Some(object) = object("big", MAPS) else {
        return;
    };
    let found = check(std::slice::from_ref(&object), "memory_budget = \"7 MiB\"\n");
    let text = found[0].to_string();
    let said = "on 128 possible CPUs (`cpus` says how many there are), the budget is 7 MiB";
    assert!(text.contains(said), "{text}");
    assert_eq!(
        check(&[object], "memory_budget = \"7 MiB\"\ncpus = 8\n"),
        []
    );
}

#[test]
fn objects_are_counted_together_and_what_they_share_by_pin_once() {
    let map = |entries: u32| {
        format!(
            "struct {{ __uint(type, HASH); __uint(max_entries, {entries}); __type(key, int); \
             __type(value, int); __uint(pinning, 1); }} shared SEC(\".maps\");\n"
        )
    };
    let own = "struct { __uint(type, ARRAY); __uint(max_entries, 1000); __type(key, int); \
               __type(value, __u64); } own SEC(\".maps\");\n";
    let (Some(one), Some(two)) = (
        object("one", &(map(2000) + own)),
        object("two", &(map(2000) + own)),
    ) else {
        return;
    };
    let found = check(&[one, two], "memory_budget = 1\ncpus = 2\n");
    let expected = "\
  = map                kind   entries      bytes
    one.bpf.o: shared  hash      2000  158.0 KiB
    one.bpf.o: own     array     1000    8.1 KiB
    two.bpf.o: own     array     1000    8.1 KiB
";
    let text = found[0].to_string();
    assert!(text.contains(expected), "{text}");
    assert!(text.starts_with("the maps take "), "{text}");
}

#[test]
fn inner_maps_are_counted_once_for_each_slot() {
    let text = "struct { __uint(type, ARRAY_OF_MAPS); __uint(max_entries, 100); __type(key, int); \
                __array(values, struct { __uint(type, ARRAY); __uint(max_entries, 512); \
                __type(key, int); __type(value, __u64); }); } outer SEC(\".maps\");\n";
    let Some(object) = object("inner", text) else {
        return;
    };
    let text = check(&[object], "memory_budget = 1\n")[0].to_string();
    // 100 · (312 + 512 · 8), and 312 + 100 · 8.
    let expected = "
    outer, inner maps  array          100 × 512  430.4 KiB
    outer              array_of_maps        100    1.0 KiB
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn a_size_that_is_set_at_run_time_is_said_or_counted_by_its_minimum() {
    let text = "struct { __uint(type, HASH); __type(key, int); __type(value, int); } late \
                SEC(\".maps\");\n";
    let Some(object) = object("late", text) else {
        return;
    };
    let objects = [object];
    let found = check(&objects, "memory_budget = \"1 GiB\"\n");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code, codes::memory_unknown);
    assert_eq!(found[0].level, mapgen_build::Level::Warn);
    let expected = "\
`late.bpf.o`: map `late`: its `max_entries` is set at run time [M0121]
  = `mapgen.toml:1` asks for it
  = help: state the least that it is set to as its `min_entries`, which is counted then";
    assert_eq!(found[0].to_string(), expected);
    let least = "cpus = 1\n[min_entries]\nlate = 4096\n";
    assert_eq!(
        check(&objects, &format!("memory_budget = \"1 GiB\"\n{least}")),
        []
    );
    let found = check(&objects, &format!("memory_budget = \"100 KiB\"\n{least}"));
    let text = found[0].to_string();
    assert!(
        text.contains("late  hash  4096 or more  320.9 KiB  1073 entries fit"),
        "{text}"
    );
    // It breaks its minimum where it would fit.
    assert!(
        text.contains(" entries fit, `min_entries` is 4096"),
        "{text}"
    );
}

#[test]
fn kernels_that_count_otherwise_are_named() {
    let Some(object) = object("big", MAPS) else {
        return;
    };
    let asked = "memory_budget = 1\nmin_kernel = \"5.10\"\n";
    let found = check(&[object], asked);
    let budget = found
        .iter()
        .find(|found| found.code == codes::memory_budget);
    let text = budget.unwrap().to_string();
    let said =
        "= counted as Linux 6.4 and newer count it; Linux 5.10 reports an estimate of its own";
    assert!(text.contains(said), "{text}");
}

#[test]
fn ring_buffers_are_asked_for_in_bytes_and_in_records() {
    let text = "struct event { __u64 when[2]; __u32 pid; __u8 kind; };\n\
                struct event *keep;\n\
                struct { __uint(type, RINGBUF); __uint(max_entries, 4096); } events \
                SEC(\".maps\");\n\
                struct { __uint(type, HASH); __uint(max_entries, 8); __type(key, int); \
                __type(value, int); } conns SEC(\".maps\");\n";
    let Some(object) = object("ring", text) else {
        return;
    };
    let objects = [object];
    let check = |least: &str| {
        let found = check(&objects, &format!("[min_entries]\n{least}\n"));
        let first = |found: &Diagnostic| found.to_string().lines().next().unwrap().to_owned();
        found.iter().map(first).collect::<Vec<_>>()
    };
    assert!(check("events = \"4 KiB\"").is_empty());
    // 24 bytes, 32 with the header: 127 leave the last byte free.
    assert!(check("events = \"127 records of struct event\"").is_empty());
    assert_eq!(
        check("events = \"128 records of struct event\""),
        [
            "`ring.bpf.o`: map `events`: `max_entries` is 4096 bytes, `min_entries` is 128 records of \
          `struct event`, for which it takes 8192 bytes [M0100]"
        ]
    );
    assert_eq!(
        check("events = \"5 KiB\""),
        [
            "`ring.bpf.o`: map `events`: `max_entries` is 4096 bytes, `min_entries` is 5120 bytes, \
          for which it takes 5120 bytes [M0100]"
        ]
    );
    assert_eq!(
        check("events = \"128 records of struct evnt\""),
        [
            "`ring.bpf.o`: map `events`: there is no type `struct evnt` in the object; the nearest \
          are `struct event`, `int`, `unsigned int` [M0122]"
        ]
    );
    assert_eq!(
        check("conns = \"4 KiB\""),
        [
            "`ring.bpf.o`: map `conns`: 4096 bytes are asked of it, and a `hash` map holds entries: \
          state a number of entries [M0122]"
        ]
    );
    assert_eq!(
        check("conns = \"9 records of struct event\""),
        [
            "`ring.bpf.o`: map `conns`: records are asked of it, and a `hash` map holds entries: \
          state a number of entries [M0122]"
        ]
    );
}
