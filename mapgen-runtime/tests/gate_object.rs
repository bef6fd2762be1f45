//! Objects from open to attach on the running kernel: gates open, load and attach.

#![cfg(feature = "libbpf")]

#[macro_use]
mod gates;

use std::os::fd::{AsFd, AsRawFd};

use gates::sample::Setup;
use gates::{CONNS, btf, compile, differences, sample};
use mapgen_runtime::libbpf_rs::{MapCore, MapFlags, MapType, ObjectBuilder, OpenMapMut};
use mapgen_runtime::{Accept, Error, MapSpec, Proof};

binding!(
    Swapped,
    MapSpec {
        name: "kept",
        btf: &btf::SWAPPED,
        ..CONNS
    }
);

#[test]
fn an_object_loads_and_its_maps_are_proven_by_its_own_btf() {
    let Some(setup) = Setup::new() else { return };
    let loaded = setup.load();
    let maps = &loaded.maps;
    assert_eq!(maps.conns.proof(), Proof::Members);
    assert_eq!(maps.kept.proof(), Proof::Members);
    assert_eq!(maps.events.as_ref().unwrap().proof(), Proof::Sizes);
    assert_eq!(maps.conns.capacity(), 1024);
    assert!(maps.extra.is_none());
    assert_eq!(setup.fs.names(), ["kept"]);
    let again = sample::Conns::from_object(loaded.object()).unwrap();
    assert_eq!(again.info().id(), maps.conns.info().id());
    assert_eq!(again.proof(), Proof::Members);
}

#[test]
fn globals_are_set_before_load_and_shared_afterwards() {
    let Some(setup) = Setup::new() else { return };
    let mut open = setup.open(&setup.object).unwrap();
    assert_eq!(*open.rodata(), 80);
    *open.rodata() = 443;
    open.bss()[0] = 100;
    let loaded = open.load().unwrap();
    assert_eq!(loaded.rodata().target_port.load(), 443);

    // `struct args { u64 in; }`
    let mut args = [1_u64];
    let sum = loaded.programs().add.test_run_with(&mut args).unwrap();
    assert_eq!(sum, 444);
    assert_eq!(loaded.bss().dropped.load(), 1);
    loaded.bss().dropped.store(41).unwrap();
    loaded.programs().add.test_run_with(&mut args).unwrap();
    assert_eq!(loaded.bss().dropped.load(), 42);
    assert_eq!(loaded.bss().read().unwrap(), [100, 42]);
}

#[test]
fn a_section_of_hidden_variables_is_read_whole_and_updated() {
    let Some(setup) = Setup::new() else { return };
    let loaded = setup.load();
    let quiet = loaded.data_quiet().quiet;
    assert!(!loaded.data_quiet().__section.is_mapped());
    assert_eq!(quiet.load(), 5);
    let refused = quiet.store(6).unwrap_err().to_string();
    assert_eq!(
        refused,
        "store of `.data.quiet` failed: the section is not mapped into memory: `update` writes \
         it whole"
    );
    quiet.update(6).unwrap();
    loaded.programs().add.test_run_with(&mut [0_u64]).unwrap();
    assert_eq!(quiet.load(), 7);
}

#[test]
fn an_object_with_two_swapped_members_does_not_open() {
    let Some(setup) = Setup::new() else { return };
    let refused = setup.open(&setup.variant("-DSWAPPED"));
    let text = refused.as_ref().unwrap_err().to_string();
    assert!(
        text.starts_with("map `conns` (object `sample`) does not match the bindings of `sample`:"),
        "{text}"
    );
    // Both maps with this value, in one error.
    assert_eq!(
        differences(refused),
        [
            "value member `packets` is u64 at byte 8, expected u64 at byte 0",
            "value member `bytes` is u64 at byte 0, expected u64 at byte 8",
            "map `kept` (object `sample`) does not match the bindings of `sample`:\n    \
             - value member `packets` is u64 at byte 8, expected u64 at byte 0\n    \
             - value member `bytes` is u64 at byte 0, expected u64 at byte 8",
        ]
    );
}

#[test]
fn an_object_with_too_small_a_map_does_not_open() {
    let Some(setup) = Setup::new() else { return };
    let found = differences(setup.open(&setup.variant("-DENTRIES=16")));
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("`max_entries` is 16, expected at least 1024"));
}

#[test]
fn an_object_without_the_map_does_not_open() {
    let Some(setup) = Setup::new() else { return };
    let found = differences(setup.open(&setup.variant("-Dconns=other")));
    assert_eq!(found, ["it is not there"]);
}

#[test]
fn an_object_without_the_program_does_not_open() {
    let Some(setup) = Setup::new() else { return };
    let error = setup.open(&setup.variant("-Don_enter=other")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "open of `sample` failed: program `on_enter` is not there"
    );
}

#[test]
fn an_object_with_other_globals_does_not_open() {
    let Some(setup) = Setup::new() else { return };
    assert_eq!(
        differences(setup.open(&setup.variant("-Dtarget_port=other_port"))),
        [
            "value member `target_port` is missing, expected u32 at byte 0",
            "value member `other_port` is u32 at byte 0, and the binding has no such member",
        ]
    );
}

#[test]
fn what_is_no_object_says_so() {
    let Some(setup) = Setup::new() else { return };
    let path = setup.dir.path().join("text.o");
    std::fs::write(&path, "no object").unwrap();
    let error = setup.open(&path).unwrap_err();
    assert!(matches!(error, Error::Object { op: "open", .. }), "{error}");
}

#[test]
fn a_capacity_can_be_raised_but_not_lowered() {
    let Some(setup) = Setup::new() else { return };
    let mut open = setup.open(&setup.object).unwrap();
    let refused = open.maps().conns.set_max_entries(1000);
    assert_eq!(
        differences(refused),
        [
            "`max_entries` is 1000, expected at least 1024 (declare `min_entries = 1000` on the \
             map to allow this one)"
        ]
    );
    assert_eq!(
        differences(open.maps().conns.set_max_entries(0)),
        [
            "`max_entries` is 0, expected at least 1024 (set it before the load, with \
             `set_max_entries`)"
        ]
    );
    open.maps().conns.set_max_entries(5000).unwrap();
    assert_eq!(open.maps().conns.max_entries(), 5000);
    assert_eq!(open.load().unwrap().maps.conns.capacity(), 5000);
}

#[test]
fn sizes_that_are_left_to_run_time_are_named_until_they_are_set() {
    let Some(setup) = Setup::new() else { return };
    let object = setup.variant("-DAT_RUN_TIME");
    let said = differences(setup.open(&object).unwrap().load()).concat();
    for what in ["key_size", "value_size"] {
        let expected = format!(
            "`{what}` is 0, the object leaves it to run time (set it before the load, with \
             `libbpf().set_{what}(..)` on the open map, or in `create_with`)"
        );
        assert!(said.contains(&expected), "{said}");
    }
    let mut open = setup.open(&object).unwrap();
    for mut map in open.object_mut().maps_mut() {
        if map.name() == "sized" {
            map.set_key_size(6).unwrap();
            map.set_value_size(3).unwrap();
        }
    }
    open.load().unwrap();
}

#[test]
fn what_was_changed_behind_the_gate_is_found_at_load() {
    let Some(setup) = Setup::new() else { return };
    let mut open = setup.open(&setup.object).unwrap();
    for mut map in open.object_mut().maps_mut() {
        if map.name() == "conns" {
            map.set_max_entries(3).unwrap();
        }
    }
    assert_eq!(differences(open.load()).len(), 1);
    assert!(setup.fs.names().is_empty());
}

/// The kernel would write past a buffer of the size that the bindings know.
#[test]
fn a_section_that_was_resized_or_made_per_cpu_behind_the_gate_is_found_at_load() {
    let Some(setup) = Setup::new() else { return };
    let changes: [fn(&mut OpenMapMut<'_>); 2] = [
        |map| map.set_value_size(4096).unwrap(),
        |map| map.set_type(MapType::PercpuArray).unwrap(),
    ];
    for change in changes {
        let mut open = setup.open(&setup.object).unwrap();
        for mut map in open.object_mut().maps_mut() {
            if map.name() == ".data.quiet" {
                change(&mut map);
            }
        }
        assert_eq!(differences(open.load()).len(), 1);
        assert!(setup.fs.names().is_empty());
    }
}

#[test]
fn a_pin_with_two_swapped_members_is_refused_and_nothing_is_left() {
    let Some(setup) = Setup::new() else { return };
    let swapped = Swapped::create().unwrap();
    swapped.pin(setup.fs.path("kept")).unwrap();
    let mut open = setup.open(&setup.object).unwrap();
    let path = setup.fs.path("conns");
    open.maps().conns.set_pin_path(&path).unwrap();
    let refused = open.load();
    let text = refused.as_ref().unwrap_err().to_string();
    let place = format!(
        "map `kept` (pinned at `{}`)",
        setup.fs.path("kept").display()
    );
    assert!(text.starts_with(&place), "{text}");
    assert_eq!(
        differences(refused),
        [
            "value member `packets` is u64 at byte 8, expected u64 at byte 0",
            "value member `bytes` is u64 at byte 0, expected u64 at byte 8",
        ]
    );
    assert_eq!(setup.fs.names(), ["kept"]);
    let left = Swapped::from_pinned(setup.fs.path("kept")).unwrap();
    assert_eq!(left.info().id(), swapped.info().id());
}

#[test]
fn a_smaller_pin_is_refused_and_nothing_is_left() {
    let Some(setup) = Setup::new() else { return };
    binding!(
        Small,
        MapSpec {
            name: "kept",
            max_entries: 10,
            min_entries: 10,
            ..CONNS
        }
    );
    Small::create().unwrap().pin(setup.fs.path("kept")).unwrap();
    let found = differences(setup.open(&setup.object).unwrap().load());
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with("`max_entries` is 10, expected at least 1024"));
    assert_eq!(setup.fs.names(), ["kept"]);
}

#[test]
fn a_pin_that_matches_is_reused_even_when_it_is_larger() {
    let Some(setup) = Setup::new() else { return };
    let first = setup.load();
    let second = setup.load();
    assert_eq!(
        first.maps.kept.info().id(),
        second.maps.kept.info().id(),
        "the pin was reused"
    );
    assert_eq!(second.maps.kept.proof(), Proof::Members);
    std::fs::remove_file(setup.fs.path("kept")).unwrap();

    let large = sample::Kept::create_with(|spec| spec.max_entries = 9999).unwrap();
    large.pin(setup.fs.path("kept")).unwrap();
    let third = setup.load();
    assert_eq!(third.maps.kept.info().id(), large.info().id());
    assert_eq!(third.maps.kept.capacity(), 9999);
    // The program of the new object works on the old map.
    third.programs().on_packet.fd().unwrap();
    let pinned = third.object().maps().find(|map| map.name() == "kept");
    assert_eq!(pinned.unwrap().info().unwrap().info.id, large.info().id());
}

#[test]
fn a_pin_without_btf_takes_an_accept() {
    let Some(setup) = Setup::new() else { return };
    binding!(
        Bare,
        MapSpec {
            name: "kept",
            btf: &[],
            ..CONNS
        }
    );
    let bare = Bare::create().unwrap();
    bare.pin(setup.fs.path("kept")).unwrap();
    let open = || setup.open(&setup.object).unwrap();
    assert_eq!(
        differences(open().load()),
        [
            "it has no BTF, so its members cannot be compared (`Accept::no_btf()` compares sizes \
             only)"
        ]
    );
    let loaded = open().load_with(Accept::no_btf()).unwrap();
    assert_eq!(loaded.maps.kept.info().id(), bare.info().id());
    assert_eq!(loaded.maps.kept.proof(), Proof::Sizes);
    assert_eq!(loaded.maps.conns.proof(), Proof::Members);
}

#[test]
fn a_pin_that_is_no_map_is_refused() {
    let Some(setup) = Setup::new() else { return };
    let loaded = setup.load();
    let mut programs = loaded.programs();
    std::fs::remove_file(setup.fs.path("kept")).unwrap();
    programs.add.pin(setup.fs.path("kept")).unwrap();
    let found = differences(setup.open(&setup.object).unwrap().load());
    assert_eq!(found, ["it is not a map"]);
}

#[test]
fn a_pin_that_appears_meanwhile_is_gated_too() {
    let Some(setup) = Setup::new() else { return };
    // Two maps with one path: the second finds the first's pin when it comes to pinning.
    let mut open = setup.open(&setup.object).unwrap();
    let path = setup.fs.path("kept");
    open.maps().conns.set_pin_path(&path).unwrap();
    let loaded = open.load().unwrap();
    let maps = &loaded.maps;
    assert_eq!(maps.conns.info().id(), maps.kept.info().id());
    drop(loaded);
    std::fs::remove_file(&path).unwrap();

    let mut open = setup.open(&setup.object).unwrap();
    open.maps().jumps.set_pin_path(&path).unwrap();
    let found = differences(open.load());
    assert_eq!(found[0], "its kind is `hash`, expected `prog_array`");
    assert!(setup.fs.names().is_empty());
}

#[test]
fn a_program_that_the_verifier_refuses_leaves_no_pin_and_says_why() {
    let Some(setup) = Setup::new() else { return };
    let broken = setup.open(&setup.variant("-DBROKEN")).unwrap();
    match broken.load().unwrap_err() {
        Error::Object { op, name, message } => {
            assert_eq!((op, &*name), ("load", "sample"));
            assert!(message.contains("prog 'add'"), "{message}");
            assert!(message.contains("invalid mem access"), "{message}");
        }
        other => panic!("{other}"),
    }
    assert!(setup.fs.names().is_empty());
}

#[test]
fn a_map_that_is_there_can_be_given() {
    let Some(setup) = Setup::new() else { return };
    let mine = sample::Conns::create().unwrap();
    let mut open = setup.open(&setup.object).unwrap();
    open.maps().conns.reuse(&mine).unwrap();
    let loaded = open.load().unwrap();
    assert_eq!(loaded.maps.conns.info().id(), mine.info().id());
    loaded.programs().on_packet.fd().unwrap();

    let other = Swapped::create().unwrap();
    let mut open = setup.open(&setup.object).unwrap();
    assert_eq!(differences(open.maps().conns.reuse(&other)).len(), 2);
}

#[test]
fn a_map_given_to_libbpf_itself_is_gated_at_load() {
    let Some(setup) = Setup::new() else { return };
    let other = Swapped::create().unwrap();
    let mut open = setup.open(&setup.object).unwrap();
    for mut map in open.object_mut().maps_mut() {
        if map.name() == "conns" {
            map.reuse_fd(other.as_fd()).unwrap();
        }
    }
    assert_eq!(differences(open.load()).len(), 2);
}

#[test]
fn an_optional_map_can_be_left_out_and_no_other() {
    let Some(setup) = Setup::new() else { return };
    let mut open = setup.open(&setup.object).unwrap();
    let mut maps = open.maps();
    assert!(maps.extra.is_none());
    maps.events.as_mut().unwrap().set_autocreate(false).unwrap();
    assert_eq!(
        maps.conns.set_autocreate(false).unwrap_err().to_string(),
        "set_autocreate of `conns` failed: the bindings need the map: declare it `optional`"
    );
    let loaded = open.load().unwrap();
    assert!(loaded.maps.events.is_none());
    assert!(loaded.maps.conns.capacity() > 0);
}

#[test]
fn programs_whose_section_names_a_target_are_attached_and_the_rest_named() {
    let Some(setup) = Setup::new() else { return };
    let mut loaded = setup.load();
    assert_eq!(loaded.bss().seen.load(), 0);
    let (links, left) = loaded.attach().unwrap();
    assert_eq!(links.len(), 1);
    assert_eq!(left, ["on_packet", "add"]);
    // Any system call is seen.
    let _ = std::fs::metadata("/");
    assert!(loaded.bss().seen.load() > 0);
    drop(links);
    let seen = loaded.bss().seen.load();
    let _ = std::fs::metadata("/");
    assert_eq!(loaded.bss().seen.load(), seen);
}

#[test]
fn a_program_that_was_not_loaded_cannot_be_attached() {
    let Some(setup) = Setup::new() else { return };
    let mut open = setup.open(&setup.object).unwrap();
    open.programs().on_enter.set_autoload(false);
    let mut loaded = open.load().unwrap();
    let error = loaded.programs().on_enter.attach().unwrap_err();
    assert_eq!(
        error.to_string(),
        "attach of `on_enter` failed: it was not loaded (`set_autoload`, or a `?` in its section)"
    );
    let (links, left) = loaded.attach().unwrap();
    assert!(links.is_empty());
    assert_eq!(left, ["on_packet", "add"]);
}

#[test]
fn a_program_array_that_leads_to_a_map_nobody_compared_stops_the_attach() {
    let Some(setup) = Setup::new() else { return };
    let mut loaded = setup.load();
    let programs = loaded.programs();
    let put = |fd: i32| {
        let jumps = loaded.object().maps().find(|map| map.name() == "jumps");
        let value = fd.to_ne_bytes();
        let jumps = jumps.unwrap();
        jumps
            .update(&1_u32.to_ne_bytes(), &value, MapFlags::ANY)
            .unwrap();
    };
    // The object's own program may stand there.
    put(programs.on_packet.fd().unwrap().as_raw_fd());
    programs.on_packet.fd().unwrap();

    let mut other = ObjectBuilder::default().open_file(&setup.object).unwrap();
    for mut map in other.maps_mut() {
        if map.name() == "kept" {
            map.set_pin_path(setup.fs.path("foreign")).unwrap();
        }
    }
    let other = other.load().unwrap();
    let foreign = other.progs().find(|p| p.name() == "on_packet").unwrap();
    put(foreign.as_fd().as_raw_fd());
    let refused = programs.on_packet.attach_xdp(1);
    let found = differences(refused);
    assert!(!found.is_empty());
    for line in &found {
        assert!(
            line.starts_with("program `program id ")
                && line.ends_with("which did not pass the load gate"),
            "{line}"
        );
    }
    // `on_enter` does not reach the array.
    drop(programs.on_enter.attach().unwrap());
    assert!(matches!(loaded.attach(), Err(Error::Mismatch(_))));
}

#[test]
fn errors_of_attaching_carry_what_libbpf_says() {
    let Some(setup) = Setup::new() else { return };
    let loaded = setup.load();
    match loaded.programs().on_packet.attach_xdp(0x7fff_ffff) {
        Err(Error::Object { op, name, message }) => {
            assert_eq!((op, &*name), ("attach", "on_packet"));
            assert!(message.contains("failed to attach to xdp"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn handles_outlive_the_object_and_go_to_other_threads() {
    let Some(setup) = Setup::new() else { return };
    fn shared<T: Send + Sync + 'static>(_: &T) {}
    let loaded = setup.load();
    shared(&loaded);
    let conns = loaded.maps.conns.clone();
    drop(loaded);
    let id = conns.info().id();
    let there = std::thread::spawn(move || sample::Conns::from_fd(&**conns).unwrap().info().id());
    assert_eq!(there.join().unwrap(), id);
}

/// What `#[ebpf_map]` emits goes into modules of all sorts.
#[no_implicit_prelude]
mod bare {
    static NOTHING: &[u8] = b"no object";

    #[derive(::core::fmt::Debug)]
    pub(crate) struct Maps {}

    ::mapgen_runtime::__private::object! {
        object: "bare", bytes: NOTHING,
        maps: {}, sections: {}, programs: { r#type = "type" },
    }
}

#[test]
fn an_object_in_memory_is_opened_in_a_module_without_a_prelude() {
    let loaded = bare::open().and_then(bare::Open::load);
    let error = loaded.unwrap_err();
    assert!(matches!(error, Error::Object { op: "open", .. }), "{error}");
    assert!(error.to_string().starts_with("open of `bare` failed: "));
}

mod nested {
    use super::CONNS;
    use mapgen_runtime::{MapKind, MapSpec};

    pub(crate) const SOURCE: &str = r#"
struct inner {
	int (*type)[1];
	int (*max_entries)[8];
	unsigned int *key;
	unsigned long long *value;
};

struct {
	int (*type)[12];
	int (*max_entries)[2];
	unsigned int *key;
	struct inner *values[];
} outer __attribute__((section(".maps"), used));
"#;

    const INNER: MapSpec = MapSpec {
        name: "outer.inner",
        key_size: 4,
        value_size: VALUE_SIZE,
        max_entries: 8,
        min_entries: 8,
        btf: &[],
        ..CONNS
    };
    const VALUE_SIZE: u32 = 16;

    binding!(
        Outer,
        MapSpec {
            name: "outer",
            kind: MapKind::ArrayOfMaps,
            key_size: 4,
            value_size: 4,
            max_entries: 2,
            min_entries: 2,
            btf: &[],
            inner: Some(&INNER),
            ..CONNS
        }
    );

    #[derive(Debug)]
    pub(crate) struct Maps {
        #[expect(dead_code, reason = "only opening is tested")]
        pub(crate) outer: Outer,
    }

    mapgen_runtime::__private::object! {
        object: "nested", bytes: none,
        maps: { outer: Outer = "outer" }, sections: {}, programs: {},
    }
}

#[test]
fn the_inner_map_that_an_object_declares_is_compared_at_open() {
    let dir = tempfile::tempdir().unwrap();
    let Some(object) = compile(dir.path(), "nested", nested::SOURCE, &[]) else {
        return;
    };
    assert_eq!(
        differences(nested::open_file(object).and_then(nested::Open::load)),
        ["its inner map: `value_size` is 8, expected 16"]
    );
}
