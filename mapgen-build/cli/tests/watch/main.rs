//! `mapgen watch` on a terminal, whose screen is read back, and on a pipe, over real maps that
//! fill up meanwhile. What is in a map is what bpf(2) put there.

use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output};

use mapgen_test_support::terminal::Terminal;
use mapgen_test_support::{BpfFs, c_path, raw_bpf, raw_bpf_fd, skipped};
use serde_json::Value;

mod pipe;
mod terminal;

const MAP_CREATE: i64 = 0;
const MAP_UPDATE_ELEM: i64 = 2;
const MAP_DELETE_ELEM: i64 = 3;
const OBJ_PIN: i64 = 6;
const OBJ_GET_INFO_BY_FD: i64 = 15;
const HASH: u32 = 1;
const RINGBUF: u32 = 27;

/// A map of this process.
struct Map(OwnedFd);

impl Map {
    /// `None` where maps cannot be created, after saying so.
    fn create(kind: u32, name: &str, entries: u32) -> Option<Self> {
        let (key, value) = if kind == HASH { (4, 8) } else { (0, 0) };
        let mut attr = [0_u32; 18];
        attr[..4].copy_from_slice(&[kind, key, value, entries]);
        // `map_name`, behind `map_flags`, `inner_map_fd` and `numa_node`.
        for (index, byte) in name.bytes().enumerate() {
            attr[7 + index / 4] |= u32::from_le(u32::from(byte) << (8 * (index % 4)));
        }
        match raw_bpf_fd(MAP_CREATE, &mut attr) {
            Ok(fd) => Some(Self(fd)),
            Err(libc::EPERM) => {
                skipped("CAP_BPF");
                None
            }
            Err(errno) => panic!("{name}: errno {errno}"),
        }
    }

    fn hash(name: &str, entries: u32) -> Option<Self> {
        // Whoever may create maps may as well look at all, here.
        Self::create(HASH, name, entries)
    }

    /// Puts entries in with these keys.
    fn fill(&self, keys: std::ops::Range<u32>) {
        let value = 0_u64;
        for key in keys {
            let fd = self.0.as_raw_fd() as u64;
            let (key, value) = (&raw const key as u64, &raw const value as u64);
            raw_bpf(MAP_UPDATE_ELEM, &mut [fd, key, value, 0]).unwrap();
        }
    }

    fn drain(&self, keys: std::ops::Range<u32>) {
        for key in keys {
            let key = &raw const key as u64;
            raw_bpf(MAP_DELETE_ELEM, &mut [self.0.as_raw_fd() as u64, key, 0, 0]).unwrap();
        }
    }

    fn pin(&self, path: &Path) {
        let path = c_path(path);
        let mut attr = [path.as_ptr() as u64, self.0.as_raw_fd() as u64];
        raw_bpf(OBJ_PIN, &mut attr).unwrap();
    }

    fn id(&self) -> u32 {
        // `type`, then `id`.
        let mut info = [0_u32; 2];
        let length = u64::from(size_of_val(&info) as u32) << 32;
        let fd = self.0.as_raw_fd() as u64;
        raw_bpf(
            OBJ_GET_INFO_BY_FD,
            &mut [fd | length, info.as_mut_ptr() as u64],
        )
        .unwrap();
        info[1]
    }

    /// What the kernel says that it holds: `memlock` in `fdinfo`.
    fn memory(&self) -> u64 {
        let path = format!("/proc/self/fdinfo/{}", self.0.as_raw_fd());
        let text = std::fs::read_to_string(path).unwrap();
        let line = text
            .lines()
            .find(|line| line.starts_with("memlock"))
            .unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

fn watch(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mapgen"));
    command.arg("watch").args(arguments);
    command
}

/// Of these maps only: others come and go beside us.
fn watch_maps<'m>(maps: impl IntoIterator<Item = &'m Map>, arguments: &[&str]) -> Command {
    let mut command = watch(arguments);
    for map in maps {
        command.arg("--id").arg(map.id().to_string());
    }
    command
}

fn output(mut command: Command) -> Output {
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The words of the line of a map.
fn line_of(screen: &vt100::Screen, map: &str) -> Option<Vec<String>> {
    let contents = screen.contents();
    let line = contents.lines().find(|line| line.contains(map))?;
    Some(line.split_whitespace().map(str::to_owned).collect())
}

/// Waits until the line of a map has this word.
#[track_caller]
fn wait_for(terminal: &Terminal, map: &str, word: &str) {
    terminal.wait_for(&format!("{word} of {map}"), |screen| {
        line_of(screen, map)?
            .iter()
            .any(|found| found == word)
            .then_some(())
    });
}

#[test]
fn names_from_objects_cannot_speak_to_the_terminal() {
    // The kernel takes letters, digits, `_` and `.`, and keeps 15 of them; an object may say
    // what it likes behind those.
    let Some(map) = Map::hash("watch_hostile_x", 100) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let schema = folder.path().join("hostile.schema");
    let text_of_schema = "mapgen-schema 1\n\
         object \"evil\\u{1b}[31m\" \"evil.bpf.o\" - little \"GPL\"\nvoid\n\
         int \"unsigned int\" 4 unsigned\n\
         map \"watch_hostile_x\\u{1b}]0;owned\\u{7}\\u{1b}[2J\\u{9b}5n\\u{202e}流\" \".maps\" 1 0 4 8 200 0 0 0 none - - - 0 0\n";
    std::fs::write(&schema, text_of_schema).unwrap();
    let mut command = watch_maps([&map], &["--interval", "0.2", schema.to_str().unwrap()]);
    let mut terminal = Terminal::start(&mut command, 120, 24).unwrap();
    terminal.wait_for_text("evil?[31m:watch_hostile_x?]0;owned??[2J?5n?流");
    // It is smaller than the object asks for.
    wait_for(&terminal, "watch_hostile_x", "below");
    terminal.types("q");
    assert!(terminal.wait().success());

    for format in [&["--once"][..], &["--once", "--json"]] {
        let arguments = [format, &[schema.to_str().unwrap()]].concat();
        let output = output(watch_maps([&map], &arguments));
        let printed = text(&output.stdout);
        assert!(printed.contains("watch_hostile_x?]0;owned"), "{printed:?}");
        assert!(
            !printed.contains(['\x1b', '\u{9b}', '\u{202e}', '\x07']),
            "{printed:?}"
        );
    }
}

#[test]
fn pins_are_watched_with_the_policy_of_the_file() {
    let Some(bpffs) = BpfFs::mount() else {
        return;
    };
    let (Some(map), Some(other)) = (Map::hash("watch_pinned", 64), Map::hash("watch_other", 64))
    else {
        return;
    };
    map.pin(&bpffs.path("conns"));
    drop(other);
    let config = bpffs
        .root()
        .parent()
        .unwrap()
        .join(format!("watch-{}.toml", std::process::id()));
    std::fs::write(
        &config,
        "[min_entries]\nwatch_pinned = 128\n[thresholds]\nwatch_pinned = { warning = 0.5 }\n",
    )
    .unwrap();
    let pins = bpffs.root().to_str().unwrap();
    let output = output(watch(&[
        "--json",
        "--once",
        "--pins",
        pins,
        "--config",
        config.to_str().unwrap(),
    ]));
    std::fs::remove_file(&config).unwrap();
    let look: Value = serde_json::from_slice(&output.stdout).unwrap();
    let maps = look["maps"].as_array().unwrap();
    let names: Vec<&Value> = maps.iter().map(|map| &map["name"]).collect();
    assert_eq!(names, ["watch_pinned"]);
    assert_eq!(
        (&maps[0]["min_entries"], &maps[0]["state"]),
        (&128.into(), &"below_minimum".into())
    );
}

#[test]
fn without_rights_it_names_the_one_that_is_missing() {
    // SAFETY: it takes no arguments.
    if unsafe { libc::geteuid() } != 0 {
        return skipped("root, to give rights up");
    }
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("mapgen");
    std::fs::copy(env!("CARGO_BIN_EXE_mapgen"), &program).unwrap();
    let readable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), readable).unwrap();
    let mut command = Command::new(&program);
    // Another user has no capabilities.
    command
        .arg("watch")
        .current_dir("/")
        .uid(65_534)
        .gid(65_534);
    let printed = output(command);
    let said = text(&printed.stderr);
    assert_eq!(printed.status.code(), Some(2), "{said}");
    assert!(
        said.contains("CAP_SYS_ADMIN") && said.contains("--pins"),
        "{said}"
    );
    assert!(printed.stdout.is_empty());
}

#[test]
fn what_cannot_be_read_is_said_beside_what_can() {
    let Some(bpffs) = BpfFs::mount() else {
        return;
    };
    let Some(map) = Map::hash("watch_seen", 64) else {
        return;
    };
    map.pin(&bpffs.path("seen"));
    let folder = tempfile::tempdir().unwrap();
    let (pins, none) = (
        bpffs.root().to_str().unwrap(),
        folder.path().to_str().unwrap(),
    );
    let printed = output(watch(&["--once", "--pins", pins, "--pins", none]));
    let said = text(&printed.stderr);
    assert_eq!(printed.status.code(), Some(2), "{said}");
    assert!(
        said.contains(none) && said.contains("not on a bpf file system"),
        "{said}"
    );
    assert!(text(&printed.stdout).contains("watch_seen"));
}
