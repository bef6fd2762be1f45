//! The layout lock, as a build script meets it and as a file.

use std::path::Path;

use mapgen_build::lock::{Accepted, Lock};
use mapgen_build::{Options, read};
use mapgen_schema::{Endian, Schema};

use crate::builder::{Run, out, run_for};
use crate::clang;

const ACCEPT: (&str, &str) = ("MAPGEN_ACCEPT", "1");

fn run(scenario: &str, folder: &Path) -> Run {
    run_for(scenario, folder, "little", &[("MAPGEN_ACCEPT", "")])
}

fn accept(scenario: &str, folder: &Path) -> Run {
    run_for(scenario, folder, "little", &[ACCEPT])
}

/// `conns` is pinned, `steady` is not.
fn flow(value: &str, entries: u32) -> String {
    format!(
        "#include \"bpf.h\"\n\
         struct flow_key {{ __be32 saddr, daddr; }};\n\
         struct stats {{ {value} }};\n\
         struct {{ __uint(type, HASH); __uint(max_entries, {entries}); __type(key, struct flow_key); \
         __type(value, struct stats); __uint(pinning, LIBBPF_PIN_BY_NAME); }} conns SEC(\".maps\");\n\
         struct {{ __uint(type, ARRAY); __uint(max_entries, 4); __type(key, __u32); \
         __type(value, __u64); }} steady SEC(\".maps\");\n\
         char _license[] SEC(\"license\") = \"GPL\";\n"
    )
}

const STATS: &str = "__u64 packets, bytes; __u32 flags;";

/// A package with `flow.bpf.o`; `None` without clang.
fn package() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().unwrap();
    compile(folder.path(), STATS, 64)?;
    Some(folder)
}

fn compile(folder: &Path, value: &str, entries: u32) -> Option<()> {
    clang::compile(folder, "flow", &flow(value, entries), clang::LITTLE).map(drop)
}

/// A package whose lock is accepted.
fn locked() -> Option<tempfile::TempDir> {
    let folder = package()?;
    let run = accept("lock", folder.path());
    assert!(run.ok, "{}", run.error);
    Some(folder)
}

fn text(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("mapgen.layout")).unwrap()
}

#[test]
fn the_first_build_asks_for_the_file_and_accepting_writes_it() {
    let Some(folder) = package() else { return };
    let first = run("lock", folder.path());
    assert_eq!(
        first.error,
        "`flow.bpf.o`: map `conns`: it is pinned, and the layout lock has no entry for it [M0202]\n\
         \x20 = `mapgen.layout` does not exist yet\n\
         \x20 = `build.rs` asks for it\n\
         \x20 = help: take it back, or take it on: `mapgen accept`, or `MAPGEN_ACCEPT=1 cargo \
         build`, writes the lock anew; commit it"
    );
    assert!(!folder.path().join("mapgen.layout").exists());
    let env = "cargo::rerun-if-env-changed=MAPGEN_ACCEPT".to_owned();
    assert!(first.lines.contains(&env), "{:?}", first.lines);

    let accepted = accept("lock", folder.path());
    assert!(accepted.ok, "{}", accepted.error);
    let said = "cargo::warning=`mapgen.layout`: map `conns` is kept from now on".to_owned();
    assert!(accepted.lines.contains(&said), "{:?}", accepted.lines);
    assert!(!folder.path().join("mapgen.layout.new").exists());

    let next = run("lock", folder.path());
    assert!(next.ok, "{}", next.error);
    let tracked = "cargo::rerun-if-changed=mapgen.layout".to_owned();
    assert!(next.lines.contains(&tracked), "{:?}", next.lines);
}

#[test]
fn the_file_reads_well() {
    let Some(folder) = locked() else { return };
    assert_eq!(
        text(folder.path()),
        "\
# The layouts of maps that outlive the programs which made them. `mapgen accept`, or
# `MAPGEN_ACCEPT=1 cargo build`, writes this file; keep it in version control.
mapgen-layout 1

map flow conns version 1
  layout_hash d0e59ebc6a0c4ada
  nameless_hash 3ceca2c80d1cfb1b
  type hash
  key_size 8
  value_size 24
  max_entries 64
  map_flags 0x0
  map_extra 0
  pinning by_name
  key = struct flow_key
  value = struct stats
  int 4 unsigned = unsigned int
  typedef __u32 = unsigned int
  typedef __be32 = __u32
  struct flow_key 8
    0 saddr = __be32
    4 daddr = __be32
  int 8 unsigned = unsigned long long
  typedef __u64 = unsigned long long
  struct stats 24
    0 packets = __u64
    8 bytes = __u64
    16 flags = __u32
"
    );
}

#[test]
fn a_changed_layout_fails_the_build_and_shows_both_sides() {
    let Some(folder) = locked() else { return };
    let before = text(folder.path());
    compile(folder.path(), "__u64 bytes, packets; __u32 flags;", 64).unwrap();
    let swapped = run("lock", folder.path());
    assert_eq!(
        swapped.error,
        "`flow.bpf.o`: map `conns`: it is not what the layout lock keeps of it [M0200]\n\
         \x20 =              locked                  flow.bpf.o\n\
         \x20     value      struct stats, 24 bytes  struct stats, 24 bytes\n\
         \x20       bytes    byte 8, 64 bits, __u64  byte 0, 64 bits, __u64  moved\n\
         \x20       packets  byte 0, 64 bits, __u64  byte 8, 64 bits, __u64  moved\n\
         \x20     live pinned maps: `load` refuses them; to keep their entries, `migrate` from the \
         old layout; to start empty, `on_mismatch(Upgrade::Replace)`\n\
         \x20 = `build.rs` asks for it\n\
         \x20 = help: take it back, or take it on: `mapgen accept`, or `MAPGEN_ACCEPT=1 cargo \
         build`, writes the lock anew; commit it"
    );
    assert_eq!(text(folder.path()), before);

    let accepted = accept("lock", folder.path());
    assert!(accepted.ok, "{}", accepted.error);
    let said = "map `conns` has a new layout; the old one stays as version 1";
    assert!(accepted.lines.iter().any(|line| line.ends_with(said)));
    assert!(run("lock", folder.path()).ok);
    let text = text(folder.path());
    assert!(text.contains("map flow conns version 2\n"), "{text}");
    assert!(
        text.contains("map flow conns version 1 until 1\n"),
        "{text}"
    );
}

#[test]
fn a_capacity_is_kept_and_accepting_it_makes_no_version() {
    let Some(folder) = locked() else { return };
    compile(folder.path(), STATS, 128).unwrap();
    let error = run("lock", folder.path()).error;
    assert!(error.contains("max_entries  64"), "{error}");
    assert!(error.contains("`on_mismatch(Upgrade::Grow)`"), "{error}");
    assert!(accept("lock", folder.path()).ok);
    let text = text(folder.path());
    assert!(text.contains("max_entries 128\n"), "{text}");
    assert_eq!(text.matches("\nmap ").count(), 1, "{text}");
}

#[test]
fn renamed_members_have_a_code_of_their_own() {
    let Some(folder) = locked() else { return };
    compile(folder.path(), "__u64 packets, octets; __u32 flags;", 64).unwrap();
    let error = run("lock", folder.path()).error;
    assert!(error.contains("at the same bytes [M0201]"), "{error}");
    assert!(error.contains("octets (was bytes)"), "{error}");
    let warned = run("lock names warned", folder.path());
    assert!(warned.ok, "{}", warned.error);
    assert!(warned.lines.iter().any(|line| line.contains("[M0201]")));
}

#[test]
fn a_map_that_is_gone_fails_the_build() {
    let Some(folder) = locked() else { return };
    let without = flow(STATS, 64).replace("__uint(pinning, LIBBPF_PIN_BY_NAME);", "");
    clang::compile(folder.path(), "flow", &without, clang::LITTLE).unwrap();
    let error = run("lock", folder.path()).error;
    let expected = "map `conns`: the layout lock keeps it, and it is neither pinned nor called \
                    stable any more [M0203]";
    assert!(error.contains(expected), "{error}");
    assert!(accept("lock", folder.path()).ok);
    assert!(text(folder.path()).contains("map flow conns version 1 until 1\n"));
}

#[test]
fn a_stable_map_is_kept_though_nothing_pins_it() {
    let Some(folder) = locked() else { return };
    let error = run("lock stable", folder.path()).error;
    let expected = "map `steady`: it is called stable, and the layout lock has no entry for it";
    assert!(error.contains(expected), "{error}");
    assert!(accept("lock stable", folder.path()).ok);
    assert!(run("lock stable", folder.path()).ok);
    assert!(text(folder.path()).contains("map flow steady version 1\n"));
    let unknown = run("stable unknown", folder.path()).error;
    let expected = "`stable` names the map `stead`, which no object has; the nearest are `steady`";
    assert!(unknown.starts_with(expected), "{unknown}");
}

#[test]
fn accepting_rewrites_the_objects_own_entries_only() {
    let Some(folder) = locked() else { return };
    let before = text(folder.path());
    assert!(accept("lock other", folder.path()).ok);
    let both = text(folder.path());
    assert!(both.starts_with(&before), "{both}");
    assert!(both.contains("map other conns version 1\n"), "{both}");
    // What is accepted is deterministic.
    assert!(accept("lock", folder.path()).ok);
    assert_eq!(text(folder.path()), both);
}

#[test]
fn an_accept_that_is_neither_yes_nor_no_is_an_error() {
    let Some(folder) = package() else { return };
    let run = run_for("lock", folder.path(), "little", &[("MAPGEN_ACCEPT", "yes")]);
    assert!(
        run.error.starts_with("`MAPGEN_ACCEPT` is `yes`"),
        "{}",
        run.error
    );
}

#[test]
fn a_version_that_is_not_there_says_which_are() {
    let Some(folder) = locked() else { return };
    let error = run("locked 9", folder.path()).error;
    let expected =
        "`mapgen.layout`: there is no version 9 of object `flow`: its versions are 1 to 1";
    assert!(error.starts_with(expected), "{error}");
}

/// The schema of a version has the types of the object that was accepted.
#[test]
fn an_earlier_version_comes_back_with_its_types() {
    let Some(folder) = locked() else { return };
    let old = read(folder.path().join("flow.bpf.o"), &Options::default()).unwrap();
    compile(folder.path(), "__u64 packets;", 64).unwrap();
    assert!(accept("lock", folder.path()).ok);
    let run = run("locked", folder.path());
    assert!(run.ok, "{}", run.error);
    let written = std::fs::read_to_string(out(folder.path(), "flow_v1.schema")).unwrap();
    let schema = mapgen_schema::text::read(&written).unwrap();
    assert_eq!(schema.path, None);
    let diff = mapgen_build::diff::map(
        (&old, old.map("conns").unwrap()),
        (&schema, schema.map("conns").unwrap()),
    );
    assert_eq!(diff, None);
}

/// Every map of the samples, kept, comes back as it was.
#[test]
fn every_map_of_the_samples_comes_back_as_it_was() {
    for order in ["el", "eb"] {
        let endian = if order == "el" {
            Endian::Little
        } else {
            Endian::Big
        };
        for object in clang::sample_objects(order) {
            let schema = read(&object, &Options::default()).unwrap();
            comes_back(&schema, endian);
        }
    }
    for object in clang::corpus() {
        if let Ok(schema) = read(&object, &Options::default()) {
            comes_back(&schema, schema.endian);
        }
    }
}

fn comes_back(schema: &Schema, endian: Endian) {
    let stable: Vec<&str> = schema.maps.iter().map(|map| map.name.as_str()).collect();
    let mut lock = Lock::default();
    lock.accept(schema, &stable);
    let text = lock.to_string();
    let again = Lock::parse(&text, "mapgen.layout").unwrap();
    assert_eq!(again, lock, "{text}");
    assert_eq!(again.to_string(), text);
    assert_eq!(again.check(schema, &stable), []);
    let Some(version) = again.schema(&schema.name, 1, endian).unwrap() else {
        assert!(schema.maps.is_empty());
        return;
    };
    let written = mapgen_schema::text::write(&version);
    let version = mapgen_schema::text::read(&written).unwrap();
    for map in &schema.maps {
        let back = version.map(&map.name).unwrap();
        let diff = mapgen_build::diff::map((schema, map), (&version, back));
        assert_eq!(diff, None, "{} of {}", map.name, schema.object);
    }
}

#[test]
fn objects_that_pin_different_maps_by_one_name_are_shown_side_by_side() {
    let Some(folder) = package() else { return };
    let kprobe = |value: &str| {
        clang::compile(folder.path(), "kprobe", &flow(value, 64), clang::LITTLE).unwrap();
        run("shared", folder.path())
    };
    let same = kprobe(&STATS.replace("__u32", "unsigned int"));
    assert!(same.ok, "{}", same.error);
    assert_eq!(
        kprobe("__u64 packets, bytes; __s32 flags;").error,
        "`kprobe.bpf.o`: map `conns`: `flow.bpf.o` pins a map by this name too, and it is another \
         one [M0210]\n\
         \x20 =            flow.bpf.o               kprobe.bpf.o\n\
         \x20     value    struct stats, 24 bytes   struct stats, 24 bytes\n\
         \x20       flags  byte 16, 32 bits, __u32  byte 16, 32 bits, __s32  retyped\n\
         \x20 = help: declare it once, in a header that both include; where they are not one map, \
         give one of them another name, or read an object of an earlier release in a `Builder` of \
         its own"
    );
}

#[test]
fn versions_count_by_object() {
    let Some(folder) = package() else { return };
    let object = folder.path().join("flow.bpf.o");
    let schema = |value: &str, entries: u32| {
        compile(folder.path(), value, entries).unwrap();
        read(&object, &Options::default()).unwrap()
    };
    let mut lock = Lock::default();
    let conns = || "conns".to_owned();
    assert_eq!(
        lock.accept(&schema(STATS, 64), &[]),
        [Accepted::New(conns())]
    );
    assert_eq!(lock.accept(&schema(STATS, 64), &[]), []);
    let changed = lock.accept(&schema("__u64 packets;", 64), &[]);
    assert_eq!(changed, [Accepted::Changed(conns(), 1)]);
    let stable = lock.accept(&schema("__u64 packets;", 64), &["steady"]);
    assert_eq!(stable, [Accepted::New("steady".to_owned())]);
    let changed = lock.accept(&schema("__u32 packets;", 64), &["steady"]);
    assert_eq!(changed, [Accepted::Changed(conns(), 2)]);
    assert_eq!(lock.version("flow"), 3);
    let maps = |version: u32| {
        let schema = lock.schema("flow", version, Endian::Little).unwrap();
        let maps = schema.map(|schema| schema.maps);
        let maps = maps.unwrap_or_default().into_iter();
        maps.map(|map| (map.name, map.value_size))
            .collect::<Vec<_>>()
    };
    let steady = || ("steady".to_owned(), 8);
    assert_eq!(maps(1), [(conns(), 24)]);
    assert_eq!(maps(2), [(conns(), 8), steady()]);
    assert_eq!(maps(3), [(conns(), 4), steady()]);
    assert_eq!(maps(4), []);
    let gone = lock.accept(&schema("__u32 packets;", 64), &[]);
    assert_eq!(gone, [Accepted::Gone("steady".to_owned(), 3)]);
    assert_eq!(lock.version("flow"), 4);
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    let error = Lock::parse(text, "mapgen.layout").unwrap_err().to_string();
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn what_is_no_lock_says_in_which_line() {
    let Some(folder) = locked() else { return };
    let text = text(folder.path());
    refused(
        "",
        "`mapgen.layout:1`: it is empty, a lock starts with `mapgen-layout 1`",
    );
    refused("hello\n", "`mapgen.layout:1`: no layout lock");
    refused(
        "mapgen-layout 2\n",
        "`mapgen.layout:1`: the lock has version `2`",
    );
    let conflict = text.replace("  value_size", "<<<<<<< HEAD\n  value_size");
    refused(
        &conflict,
        "`mapgen.layout:10`: a merge conflict that nobody resolved",
    );
    let edited = text.replace("8 bytes = __u64", "8 octets = __u64");
    refused(
        &edited,
        "`mapgen.layout:6`: the entry of map `conns` was changed by hand",
    );
    let outside = text.replace("    16 flags", "    32 flags");
    refused(
        &outside,
        "`mapgen.layout:28`: a member that ends at bit 288 of 24 bytes",
    );
    let unknown = text.replace("8 bytes = __u64", "8 bytes = __u65");
    refused(
        &unknown,
        "`mapgen.layout:27`: no type `__u65` stands before it",
    );
    let missing = text.replace("  map_flags 0x0\n", "");
    refused(
        &missing,
        "`mapgen.layout:5`: map `conns` has no `map_flags`",
    );
    let (head, entry) = text.split_once("\nmap ").unwrap();
    let twice = format!("{head}\nmap {entry}\nmap {entry}");
    refused(&twice, "`mapgen.layout:5`: a second entry of map `conns`");
}

/// No text may crash, hang or fill the memory: each line changed in ways that keep most
/// of it right.
#[test]
fn a_hostile_lock_is_an_error_or_a_lock() {
    let mut lock = Lock::default();
    for object in clang::sample_objects("el") {
        let schema = read(&object, &Options::default()).unwrap();
        let stable: Vec<&str> = schema.maps.iter().map(|map| map.name.as_str()).collect();
        if matches!(&*schema.name, "kinds" | "flow" | "ledger") {
            lock.accept(&schema, &stable);
        }
    }
    let text = lock.to_string();
    let lines: Vec<&str> = text.lines().collect();
    let (mut locks, mut errors) = (0, 0);
    let mut random = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |limit: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        (random % limit as u64) as usize
    };
    for round in 0..1500 {
        let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let at = next(changed.len());
        match round % 6 {
            0 => drop(changed.remove(at)),
            1 => changed.insert(at, lines[next(lines.len())].to_owned()),
            2 => changed.swap(at, next(lines.len())),
            3 => {
                let line = &mut changed[at];
                let cut = next(line.len() + 1);
                line.truncate(cut);
            }
            4 => {
                let mut bytes = changed[at].clone().into_bytes();
                if !bytes.is_empty() {
                    let place = next(bytes.len());
                    bytes[place] = b" \"\\=:-0189zZ#\t."[next(15)];
                }
                changed[at] = String::from_utf8(bytes).unwrap();
            }
            _ => {
                let word = [
                    "4294967295",
                    "18446744073709551615",
                    "-1",
                    "\"\\u{0}\"",
                    "- -",
                ];
                let line = changed[at].clone();
                let mut words: Vec<&str> = line.split(' ').collect();
                let place = next(words.len());
                words[place] = word[next(word.len())];
                changed[at] = words.join(" ");
            }
        }
        match Lock::parse(&changed.join("\n"), "mapgen.layout") {
            Ok(lock) => {
                locks += 1;
                assert_eq!(Lock::parse(&lock.to_string(), "again").unwrap(), lock);
                for object in ["kinds", "flow", "ledger"] {
                    let _ = lock.schema(object, 1, Endian::Little);
                }
            }
            Err(error) => {
                errors += 1;
                assert!(error.to_string().starts_with("`mapgen.layout:"), "{error}");
            }
        }
    }
    assert!(locks > 30 && errors > 500, "{locks} locks, {errors} errors");
}

#[test]
fn types_that_nest_or_grow_without_end_are_refused() {
    let head = "mapgen-layout 1\nmap a b version 1\n";
    let mut nested = format!("{head}  int 1 char = char\n  array 1 = char\n");
    for depth in 1..100_000 {
        let dims = "[1]".repeat(depth.min(300));
        nested.push_str(&format!("  array 1 = char{dims}\n"));
    }
    refused(&nested, "`mapgen.layout:");
    let mut grown =
        format!("{head}  int 1 char = char\n  struct s0 2\n    0 a = char\n    1 b = char\n");
    for level in 1..64_u32 {
        let size = 1_u64 << (level + 1).min(31);
        grown.push_str(&format!(
            "  struct s{level} {size}\n    0 a = struct s{0}\n    {1} b = struct s{0}\n",
            level - 1,
            size / 2
        ));
    }
    refused(&grown, "`mapgen.layout:");
}

#[test]
fn names_that_no_compiler_writes_come_back() {
    use mapgen_schema::{Map, Pinning, Type, TypeId};
    let names = [
        "", "-", "a b", "\"", "\\", "=", "#", ":", "é", "\n", "\u{2028}", "x\u{0}y", " ",
    ];
    for name in names {
        let schema = Schema {
            name: name.to_owned(),
            types: vec![
                Type::Void,
                Type::Float {
                    name: name.to_owned(),
                    size: 8,
                },
                Type::Typedef {
                    name: name.to_owned(),
                    target: TypeId(1),
                },
                Type::Pointer {
                    pointee: name.to_owned(),
                    tag: Some(name.to_owned()),
                },
                Type::Array {
                    element: TypeId(2),
                    count: 3,
                },
            ],
            maps: vec![Map {
                name: name.to_owned(),
                kind: 1,
                pinning: Pinning::ByName,
                key: Some(TypeId(3)),
                value: Some(TypeId(4)),
                ..Map::default()
            }],
            ..Schema::default()
        };
        let mut lock = Lock::default();
        lock.accept(&schema, &[]);
        let text = lock.to_string();
        assert_eq!(Lock::parse(&text, "mapgen.layout").unwrap(), lock, "{text}");
    }
}
