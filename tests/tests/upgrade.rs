//! Pinned maps of an earlier version, on the running kernel: two objects of one program,
//! `ledger_v1` and `ledger`.

#![cfg(target_endian = "little")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use ledger::types::{Account, Owner, Session};
use mapgen_runtime::object::Upgrade;
use mapgen_runtime::{Error, PerCpu, Result, ebpf_map};
use mapgen_test_support::{BpfFs, c_path, unsupported};

#[ebpf_map(object = "ledger")]
mod ledger {}

#[ebpf_map(object = "ledger_v1")]
mod v1 {}

/// Version 1 again, from `schemas/mapgen.layout` alone.
#[ebpf_map(object = "ledger_locked")]
mod locked {}

/// The same without the object: only its schema was kept.
#[ebpf_map(object = "ledger_v1_schema")]
mod v1_schema {}

const PINS: [&str; 5] = ["accounts", "closed", "names", "sessions", "totals"];

/// Version 1 ran, and its maps are pinned: two accounts, a name, two sessions.
fn version_1() -> Option<BpfFs> {
    let fs = BpfFs::mount()?;
    let mut builder = v1::builder();
    builder
        .object_builder_mut()
        .pin_root_path(fs.root())
        .unwrap();
    let loaded = builder.open().unwrap().load().unwrap();
    for uid in [1, 2] {
        // `struct receipt { struct owner owner; __u32 bytes; }`
        let mut receipt = [uid, 7, 100 * uid];
        assert_eq!(
            loaded.programs().book.test_run_with(&mut receipt).unwrap(),
            0
        );
    }
    let maps = &loaded.maps;
    let owner = v1::types::Owner { uid: 1, netns: 7 };
    maps.names.insert(&1, &owner).unwrap();
    for number in [5, 6] {
        let session = v1::types::Session { number };
        maps.sessions.insert(&session, &u64::from(number)).unwrap();
    }
    assert_eq!(fs.names(), PINS);
    Some(fs)
}

fn open(fs: &Path) -> ledger::Open {
    let mut builder = ledger::builder();
    builder.object_builder_mut().pin_root_path(fs).unwrap();
    builder.open().unwrap()
}

/// What version 2 does with what version 1 left.
fn upgrade(open: &mut ledger::Open) -> Result<()> {
    upgrade_by(open, wider)
}

fn upgrade_by(open: &mut ledger::Open, account: fn(&v1::types::Account) -> Account) -> Result<()> {
    let mut maps = open.maps();
    maps.accounts.migrate::<v1::Accounts>(account)?;
    maps.totals.migrate::<v1::Totals>(wider)?;
    maps.sessions
        .migrate_entries::<v1::Sessions>(|session, value| {
            let owner = Owner { uid: 1, netns: 7 };
            let session = Session {
                owner,
                number: session.number,
            };
            (session.number != 6).then_some((session, *value))
        })?;
    maps.names.on_mismatch(Upgrade::Grow);
    maps.closed.on_mismatch(Upgrade::Replace);
    Ok(())
}

fn wider(old: &v1::types::Account) -> Account {
    Account {
        packets: old.packets.into(),
        bytes: old.bytes.into(),
        first_seen_ns: 42,
    }
}

fn load(fs: &Path) -> Result<ledger::Loaded> {
    let mut open = open(fs);
    upgrade(&mut open)?;
    open.load()
}

fn id(fs: &BpfFs, name: &str) -> u32 {
    v1::Accounts::from_pinned(fs.path(name))
        .unwrap()
        .info()
        .id()
}

/// Everything of version 1 is there, in the layout of version 2.
fn is_version_2(fs: &BpfFs, loaded: &ledger::Loaded) {
    let maps = &loaded.maps;
    let mut accounts: Vec<(u32, u64, u64, u64)> = maps
        .accounts
        .iter()
        .map(|entry| {
            let (owner, account) = entry.unwrap();
            let Account {
                packets,
                bytes,
                first_seen_ns,
            } = account;
            (owner.uid, packets, bytes, first_seen_ns)
        })
        .collect();
    accounts.sort_unstable();
    assert_eq!(accounts, [(1, 1, 100, 42), (2, 1, 200, 42)]);
    let sessions: Vec<_> = maps.sessions.iter().map(|entry| entry.unwrap()).collect();
    assert_eq!(sessions.len(), 1);
    let (Session { owner, number }, value) = sessions[0];
    assert_eq!((owner, number, value), (Owner { uid: 1, netns: 7 }, 5, 5));
    let totals: PerCpu<Account> = maps.totals.get(0).unwrap();
    assert_eq!(totals.iter().map(|total| total.packets).sum::<u64>(), 2);
    assert!(totals.iter().all(|total| total.first_seen_ns == 42));
    assert_eq!(maps.names.capacity(), 128);
    assert_eq!(
        maps.names.get(&1).unwrap(),
        Some(Owner { uid: 1, netns: 7 })
    );
    assert_eq!(fs.names(), PINS);
    let pinned = ledger::Accounts::from_pinned(fs.path("accounts")).unwrap();
    assert_eq!(pinned.info().id(), maps.accounts.info().id());
}

#[test]
fn entries_of_version_1_are_there_in_version_2() {
    let Some(fs) = version_1() else { return };
    let loaded = load(fs.root()).unwrap();
    is_version_2(&fs, &loaded);
    // The programs work on the new maps, and libbpf knows of the pins.
    let mut receipt = [1_u32, 7, 5];
    loaded.programs().book.test_run_with(&mut receipt).unwrap();
    let owner = Owner { uid: 1, netns: 7 };
    assert_eq!(
        loaded.maps.accounts.get(&owner).unwrap().unwrap().bytes,
        105
    );

    // The next time all pins match, and nothing is copied.
    let again = load(fs.root()).unwrap();
    assert_eq!(
        again.maps.accounts.info().id(),
        loaded.maps.accounts.info().id()
    );
    assert_eq!(
        again.maps.closed.info().id(),
        loaded.maps.closed.info().id()
    );
}

#[test]
fn the_layout_lock_has_all_that_a_migration_needs() {
    let Some(fs) = version_1() else { return };
    let mut open = open(fs.root());
    let mut maps = open.maps();
    maps.accounts
        .migrate::<locked::Accounts>(|old| Account {
            packets: old.packets.into(),
            bytes: old.bytes.into(),
            first_seen_ns: 42,
        })
        .unwrap();
    maps.totals
        .migrate::<locked::Totals>(|old| Account {
            packets: old.packets.into(),
            bytes: old.bytes.into(),
            first_seen_ns: 42,
        })
        .unwrap();
    maps.sessions
        .migrate_entries::<locked::Sessions>(|session, value| {
            let owner = Owner { uid: 1, netns: 7 };
            let session = Session {
                owner,
                number: session.number,
            };
            (session.number != 6).then_some((session, *value))
        })
        .unwrap();
    maps.names.on_mismatch(Upgrade::Grow);
    maps.closed.on_mismatch(Upgrade::Replace);
    let loaded = open.load().unwrap();
    is_version_2(&fs, &loaded);
}

#[test]
fn of_version_1_its_schema_is_enough() {
    let Some(fs) = version_1() else { return };
    let mut open = open(fs.root());
    let mut maps = open.maps();
    let wider = |old: &v1_schema::types::Account| Account {
        packets: old.packets.into(),
        bytes: old.bytes.into(),
        first_seen_ns: 42,
    };
    maps.accounts.migrate::<v1_schema::Accounts>(wider).unwrap();
    maps.totals.migrate::<v1_schema::Totals>(wider).unwrap();
    let owner = Owner { uid: 1, netns: 7 };
    maps.sessions
        .migrate_entries::<v1_schema::Sessions>(move |session, value| {
            let number = session.number;
            (number != 6).then_some((Session { owner, number }, *value))
        })
        .unwrap();
    maps.names
        .migrate::<v1_schema::Names>(|owner| Owner {
            uid: owner.uid,
            netns: owner.netns,
        })
        .unwrap();
    maps.closed.on_mismatch(Upgrade::Replace);
    let loaded = open.load().unwrap();
    is_version_2(&fs, &loaded);
}

#[test]
fn the_lock_opens_what_version_1_left_and_nothing_else() {
    let Some(fs) = version_1() else { return };
    let accounts = locked::Accounts::from_pinned(fs.path("accounts")).unwrap();
    assert_eq!(accounts.proof(), mapgen_runtime::Proof::Members);
    assert_eq!(accounts.keys().count(), 2);
    assert_eq!(locked::Accounts::LAYOUT_HASH, v1::Accounts::LAYOUT_HASH);
    drop(load(fs.root()).unwrap());
    let error = locked::Accounts::from_pinned(fs.path("accounts"));
    assert!(matches!(error.unwrap_err(), Error::Mismatch(_)));
}

/// The objects that the bindings were made of.
fn objects() -> [mapgen_build::Schema; 2] {
    let read = |bytes: &[u8], name: &str| {
        mapgen_build::read_bytes(bytes, name, &mapgen_build::Options::default()).unwrap()
    };
    [
        read(v1::OBJECT, "ledger.bpf.o"),
        read(ledger::OBJECT, "ledger.bpf.o"),
    ]
}

#[test]
fn the_lock_is_what_accepting_both_versions_writes() {
    let mut lock = mapgen_build::lock::Lock::default();
    for schema in objects() {
        lock.accept(&schema, &[]);
    }
    let committed = include_str!("../schemas/mapgen.layout");
    assert_eq!(lock.to_string(), committed);
}

/// Each map is brought along as the difference between the objects foretells; without
/// that one way the load fails because of that one map.
#[test]
fn load_does_what_the_difference_foretells() {
    use mapgen_build::diff::{Pins, Way};
    let [old, new] = objects();
    let diff = mapgen_build::diff(&old, &new);
    let ways: Vec<(&str, Option<Pins>)> = diff
        .maps
        .iter()
        .map(|map| (map.name.as_str(), map.pins))
        .collect();
    let refused = |way| Some(Pins::Refused(way));
    assert_eq!(
        ways,
        [
            ("accounts", refused(Way::Migrate)),
            ("totals", refused(Way::Migrate)),
            ("sessions", refused(Way::MigrateEntries)),
            ("names", refused(Way::Grow)),
            ("closed", refused(Way::Replace)),
        ]
    );
    let Some(fs) = version_1() else { return };
    for (left_out, _) in &ways {
        let mut open = open(fs.root());
        let mut maps = open.maps();
        for (map, _) in ways.iter().filter(|(map, _)| map != left_out) {
            match *map {
                "accounts" => maps.accounts.migrate::<v1::Accounts>(wider).unwrap(),
                "totals" => maps.totals.migrate::<v1::Totals>(wider).unwrap(),
                "sessions" => maps
                    .sessions
                    .migrate_entries::<v1::Sessions>(|_, _| None)
                    .unwrap(),
                "names" => maps.names.on_mismatch(Upgrade::Grow),
                _ => maps.closed.on_mismatch(Upgrade::Replace),
            }
        }
        let error = open.load().unwrap_err().to_string();
        let expected = format!("map `{left_out}` (pinned at");
        assert!(error.starts_with(&expected), "{error}");
    }
    is_version_2(&fs, &load(fs.root()).unwrap());
}

#[test]
fn the_schema_of_version_1_is_what_its_object_says() {
    // They are read here and now: under another kernel the test runs without the folder.
    macro_rules! lines {
        ($name:literal) => {{
            let text = include_str!(concat!(env!("OUT_DIR"), "/mapgen/", $name));
            // The second line says where it comes from.
            let lines = text.lines().enumerate().filter(|(index, _)| *index != 1);
            lines.map(|(_, line)| line).collect::<Vec<_>>()
        }};
    }
    assert_eq!(
        lines!("ledger_v1_schema.schema"),
        lines!("ledger_v1.schema"),
        "`mapgen schema ebpf-samples/objects/el/ledger_v1.bpf.o -o tests/schemas/ledger_v1.schema`"
    );
}

#[test]
fn without_a_word_a_pin_of_another_version_is_refused_and_stays() {
    let Some(fs) = version_1() else { return };
    let before = id(&fs, "accounts");
    let error = open(fs.root()).load().unwrap_err().to_string();
    assert!(
        error.contains("value member `packets` is u32 at byte 0, expected u64"),
        "{error}"
    );
    assert_eq!(fs.names(), PINS);
    assert_eq!(id(&fs, "accounts"), before);
}

#[test]
fn one_map_that_cannot_be_upgraded_keeps_all_as_they_were() {
    let Some(fs) = version_1() else { return };
    let before = id(&fs, "accounts");
    let mut open = open(fs.root());
    upgrade(&mut open).unwrap();
    open.maps().closed.on_mismatch(Upgrade::Grow);
    let error = open.load().unwrap_err().to_string();
    assert!(error.starts_with("map `closed` (pinned at"), "{error}");
    assert_eq!(fs.names(), PINS);
    assert_eq!(id(&fs, "accounts"), before);
}

#[test]
fn a_pin_of_neither_version_says_what_differs_from_each() {
    let Some(fs) = version_1() else { return };
    std::fs::remove_file(fs.path("accounts")).unwrap();
    std::fs::rename(fs.path("names"), fs.path("accounts")).unwrap();
    let error = load(fs.root()).unwrap_err().to_string();
    for part in [
        "does not match the bindings of `ledger`",
        "does not match the bindings of `ledger_v1`",
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(fs.names(), ["accounts", "closed", "sessions", "totals"]);
}

#[test]
fn entries_that_do_not_fit_leave_the_old_map_in_place() {
    let Some(fs) = version_1() else { return };
    let old = v1::Sessions::from_pinned(fs.path("sessions")).unwrap();
    for number in 0..256 {
        let _ = old.insert(&v1::types::Session { number }, &1);
    }
    assert_eq!(old.keys().count(), 256);
    std::fs::remove_file(fs.path("sessions")).unwrap();
    let large = v1::Sessions::create_with(|spec| spec.max_entries = 300).unwrap();
    for number in 0..300 {
        large.insert(&v1::types::Session { number }, &1).unwrap();
    }
    large.pin(fs.path("sessions")).unwrap();
    let error = load(fs.root()).unwrap_err();
    assert!(
        matches!(error, Error::Full { capacity: 256, .. }),
        "{error}"
    );
    assert_eq!(fs.names(), PINS);
    let there = v1::Sessions::from_pinned(fs.path("sessions")).unwrap();
    assert_eq!(there.info().id(), large.info().id());
    assert!(v1::Accounts::from_pinned(fs.path("accounts")).is_ok());

    let mut open = open(fs.root());
    upgrade(&mut open).unwrap();
    open.maps().sessions.set_max_entries(512).unwrap();
    let loaded = open.load().unwrap();
    assert_eq!(loaded.maps.sessions.keys().count(), 299);
}

#[test]
fn keys_of_another_layout_need_their_own_conversion() {
    let mut open = ledger::open().unwrap();
    let error = open.maps().sessions.migrate::<v1::Sessions>(|value| *value);
    assert!(
        error
            .unwrap_err()
            .to_string()
            .contains("`key_size` is 4, expected 12")
    );
    let error = open
        .maps()
        .totals
        .migrate_entries::<v1::Totals>(|key, value| Some((*key, wider(value))));
    assert_eq!(
        error.unwrap_err().to_string(),
        "migrate of `totals` failed: it cannot copy the entries of per-CPU maps: `migrate` \
         converts their values"
    );
}

#[test]
fn the_new_pin_has_the_owner_and_the_permissions_of_the_old_one() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
    let Some(fs) = version_1() else { return };
    let path = fs.path("accounts");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).unwrap();
    chown(&path, Some(1), Some(2)).unwrap();
    load(fs.root()).unwrap();
    let now = path.metadata().unwrap();
    assert_eq!((now.uid(), now.gid(), now.mode() & 0o777), (1, 2, 0o640));
}

#[test]
fn of_several_upgrades_at_a_time_one_is_made_and_the_others_take_it() {
    static CONVERTED: AtomicUsize = AtomicUsize::new(0);
    let Some(fs) = version_1() else { return };
    let upgrade = || {
        let mut open = open(fs.root());
        upgrade_by(&mut open, |old| {
            CONVERTED.fetch_add(1, Ordering::Relaxed);
            std::thread::sleep(std::time::Duration::from_millis(100));
            wider(old)
        })
        .unwrap();
        open.load().unwrap().maps.accounts.info().id()
    };
    let ids: Vec<u32> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..3).map(|_| scope.spawn(upgrade)).collect();
        let join = |thread: std::thread::ScopedJoinHandle<'_, u32>| thread.join().unwrap();
        threads.into_iter().map(join).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(CONVERTED.load(Ordering::Relaxed), 2);
    assert_eq!(fs.names(), PINS);
}

/// Kills the process at some system calls of this thread; at those of `bpf(2)` with a
/// command alone.
fn die_at(calls: &[libc::c_long], command: Option<u32>) {
    let command = command.map(|command| (0, command));
    answer_with(libc::SECCOMP_RET_KILL_PROCESS, calls, command);
}

/// Lets a seccomp filter answer some system calls of this thread, or only those with a
/// number as one of their arguments.
fn answer_with(action: u32, calls: &[libc::c_long], argument: Option<(u32, u32)>) {
    let instruction = |code: u32, jt: u8, jf: u8, k: u32| libc::sock_filter {
        code: u16::try_from(code).unwrap(),
        jt,
        jf,
        k,
    };
    let load = libc::BPF_LD | libc::BPF_W | libc::BPF_ABS;
    let equal = libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K;
    let answer = libc::BPF_RET | libc::BPF_K;
    let mut filter = Vec::new();
    for call in calls {
        // `struct seccomp_data`: the number at 0, the arguments from 16.
        filter.push(instruction(load, 0, 0, 0));
        let call = u32::try_from(*call).unwrap();
        match argument {
            Some((index, number)) => {
                filter.push(instruction(equal, 0, 3, call));
                filter.push(instruction(load, 0, 0, 16 + 8 * index));
                filter.push(instruction(equal, 0, 1, number));
            }
            None => filter.push(instruction(equal, 0, 1, call)),
        }
        filter.push(instruction(answer, 0, 0, action));
    }
    filter.push(instruction(answer, 0, 0, libc::SECCOMP_RET_ALLOW));
    let program = libc::sock_fprog {
        len: u16::try_from(filter.len()).unwrap(),
        filter: filter.as_mut_ptr(),
    };
    // SAFETY: the program and its instructions are alive for the call.
    let status = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        libc::prctl(
            libc::PR_SET_SECCOMP,
            libc::SECCOMP_MODE_FILTER,
            &raw const program,
        )
    };
    assert_eq!(status, 0, "{}", std::io::Error::last_os_error());
}

/// As before Linux 5.16.
#[test]
fn where_names_cannot_be_exchanged_one_takes_the_place_of_the_other() {
    let Some(fs) = version_1() else { return };
    // This test has a thread of its own.
    let invalid = libc::SECCOMP_RET_ERRNO | u32::try_from(libc::EINVAL).unwrap();
    answer_with(
        invalid,
        &[libc::SYS_renameat2],
        Some((4, libc::RENAME_EXCHANGE)),
    );
    let loaded = load(fs.root()).unwrap();
    is_version_2(&fs, &loaded);
}

/// Whether the kernel exchanges two pins; where not, an upgrade puts the new one over the old
/// one, and has nothing to take away.
fn exchanges(fs: &BpfFs) -> bool {
    let [one, other] = ["accounts", "names"].map(|name| c_path(&fs.path(name)));
    let exchange = || {
        // SAFETY: strings with a zero byte at their end.
        let status = unsafe {
            libc::renameat2(
                libc::AT_FDCWD,
                one.as_ptr(),
                libc::AT_FDCWD,
                other.as_ptr(),
                libc::RENAME_EXCHANGE,
            )
        };
        status == 0
    };
    // Twice is as before.
    exchange() && exchange()
}

/// Where an upgrade can be cut off.
const STEPS: [&str; 4] = ["convert", "pin", "rename", "unlink"];

#[test]
#[ignore = "run by another test, and killed"]
fn upgrade_that_dies() {
    let fs = PathBuf::from(std::env::var_os("MAPGEN_BPFFS").expect("run by another test"));
    let step = std::env::var("MAPGEN_STEP").unwrap();
    let mut open = open(&fs);
    upgrade_by(&mut open, |old| {
        // SAFETY: it takes no pointers, and dies where `die_at` was told so.
        unsafe { libc::syscall(libc::SYS_getpriority, 0, 0) };
        wider(old)
    })
    .unwrap();
    match step.as_str() {
        "convert" => die_at(&[libc::SYS_getpriority], None),
        "pin" => die_at(&[libc::SYS_bpf], Some(6)),
        "rename" => die_at(&[libc::SYS_renameat2], None),
        #[cfg(target_arch = "x86_64")]
        "unlink" => die_at(&[libc::SYS_unlink, libc::SYS_unlinkat], None),
        #[cfg(not(target_arch = "x86_64"))]
        "unlink" => die_at(&[libc::SYS_unlinkat], None),
        other => panic!("{other}"),
    }
    let loaded = open.load();
    drop(loaded);
    panic!("it should have been killed");
}

#[test]
fn a_process_that_dies_on_the_way_leaves_the_old_map_or_the_complete_new_one() {
    use std::os::unix::process::ExitStatusExt;
    for step in STEPS {
        let Some(fs) = version_1() else { return };
        if step == "unlink" && !exchanges(&fs) {
            // `simple_rename` in fs/libfs.c.
            unsupported("exchange of two pins", (5, 17));
            continue;
        }
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["upgrade_that_dies", "--exact", "--ignored", "--nocapture"])
            .env("MAPGEN_BPFFS", fs.root())
            .env("MAPGEN_STEP", step)
            .output()
            .unwrap();
        let printed = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            output.status.signal(),
            Some(libc::SIGSYS),
            "{step}: {printed}"
        );

        let left: Vec<String> = fs
            .names()
            .into_iter()
            .filter(|name| !PINS.contains(&name.as_str()))
            .collect();
        let old = v1::Accounts::from_pinned(fs.path("accounts"));
        match step {
            "convert" | "pin" => {
                assert!(left.is_empty(), "{step}: {left:?}");
                assert_eq!(old.unwrap().keys().count(), 2);
            }
            "rename" => {
                // All five wait beside the old ones.
                assert_eq!(left.len(), 5, "{left:?}");
                assert_eq!(old.unwrap().keys().count(), 2);
            }
            _ => {
                assert_eq!(left.len(), 5, "{left:?}");
                let new = ledger::Accounts::from_pinned(fs.path("accounts")).unwrap();
                assert_eq!(new.keys().count(), 2);
            }
        }
        // Whoever comes next makes it whole and tidy.
        is_version_2(&fs, &load(fs.root()).unwrap());
    }
}
