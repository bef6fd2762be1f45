//! Runs the crates: every member is read through its bindings, every map created in the
//! running kernel and taken through the load gate.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::process::Stdio;

use mapgen_test_libbpf::{Created, Map, Opened};
use mapgen_test_support::user::cargo;

use crate::bindings::Crate;
use crate::object::Object;

/// Runs every crate and writes down what it said.
pub(crate) fn run(crates: &[Crate], objects: &mut [Object]) -> io::Result<()> {
    for (number, user) in crates.iter().enumerate() {
        println!("running, {} of {}", number + 1, crates.len());
        let created = create(user, objects);
        let mut running = cargo(&user.folder, "run")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut ids = running.stdin.take().expect("its input is a pipe");
        for (object, map, created) in &created {
            let btf = if objects[*object].btf_refused {
                "none"
            } else {
                "btf"
            };
            // A program that ended early is told by its status.
            let _ = writeln!(ids, "{object}\t{map}\t{}\t{btf}", created.id);
        }
        drop(ids);
        let output = running.wait_with_output()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            let last = said.lines().last().unwrap_or_default();
            for &index in &user.objects {
                let what = format!("running its bindings fails: {last}");
                objects[index].differences.push(what);
            }
            continue;
        }
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            note(line, objects);
        }
        for &index in &user.objects {
            refused_by_us_alone(index, &created, objects);
        }
    }
    // Refused alike is no difference, but all of them refused is no test.
    if objects.iter().all(|object| object.counts.created == 0) {
        mapgen_test_support::skipped("CAP_BPF, CAP_NET_ADMIN and CAP_SYS_ADMIN to create maps");
    }
    Ok(())
}

/// Maps of libbpf's numbers, by object and name.
type CreatedMap = (usize, String, Created);

/// Has the kernel create every map of libbpf's numbers.
fn create(user: &Crate, objects: &mut [Object]) -> Vec<CreatedMap> {
    let mut created = Vec::new();
    for &index in &user.objects {
        let Some((_, opened)) = objects[index].both() else {
            continue;
        };
        let btf = opened.load_btf();
        let refused = opened.btf().is_some() && btf.is_none();
        for mut map in opened.maps().into_iter().filter(Map::is_declared) {
            sized(&mut map);
            if let Ok(new) = Opened::create(&map, btf.as_ref(), entries) {
                created.push((index, map.name, new));
            }
        }
        objects[index].btf_refused = refused;
    }
    created
}

/// How many entries a map gets whose object leaves them to run time.
fn entries(kind: u32) -> u32 {
    match kind {
        // libbpf asks how many CPUs there are.
        4 => std::thread::available_parallelism().map_or(1, |cpus| cpus.get() as u32),
        // Storage maps have none.
        19 | 21 | 24 | 28 | 29 | 32 => 0,
        _ => 4096,
    }
}

/// Sets the sizes that the object leaves to run time, as a program would before the load.
fn sized(map: &mut Map) {
    let (key, value) = match map.kind {
        1 | 2 | 5 | 6 | 9 | 10 => (4, 8),
        30 => (0, 8),
        _ => return,
    };
    if map.key_size == 0 {
        map.key_size = key;
    }
    if map.value_size == 0 {
        map.value_size = value;
    }
}

/// A map that the kernel makes of libbpf's numbers it must make of the spec, and the
/// other way round.
fn refused_by_us_alone(index: usize, created: &[CreatedMap], objects: &mut [Object]) {
    let made: BTreeSet<&str> = created
        .iter()
        .filter(|(object, ..)| *object == index)
        .map(|(_, map, _)| map.as_str())
        .collect();
    let object = &mut objects[index];
    for (map, reason) in &object.not_created {
        if made.contains(map.as_str()) {
            let what = format!("map {map}: created by libbpf's numbers, not by `SPEC`: {reason}");
            object.differences.push(what);
        }
    }
    let (ours, libbpf) = (object.counts.created, made.len());
    if ours > libbpf {
        let what = format!("{ours} maps created by `SPEC`, {libbpf} by libbpf's numbers");
        object.differences.push(what);
    }
}

/// Writes down what a crate said in one line.
fn note(line: &str, objects: &mut [Object]) {
    let fields: Vec<&str> = line.split('\t').collect();
    let of = |field: &str| field.parse::<usize>().ok();
    match fields[..] {
        ["read", object, count] => {
            if let Some(index) = of(object) {
                objects[index].counts.members_read = count.parse().unwrap_or(0);
            }
        }
        ["wrong", object, what] => {
            if let Some(index) = of(object) {
                objects[index].differences.push(what.to_owned());
            }
        }
        ["created", proof, _, object, _] => {
            if let Some(index) = of(object) {
                let counts = &mut objects[index].counts;
                counts.created += 1;
                counts.proven += usize::from(proof == "Members");
            }
        }
        ["passed", proof, _, object, _] => {
            if let Some(index) = of(object) {
                let counts = &mut objects[index].counts;
                counts.passed += 1;
                counts.passed_members += usize::from(proof == "Members");
            }
        }
        ["refused", kind, reason, object, map] => {
            if let Some(index) = of(object) {
                // The name of the map is of no use in a list of reasons.
                let reason = format!("{kind}: {}", reason.replace(&format!("`{map}`"), "…"));
                objects[index].not_created.push((map.to_owned(), reason));
            }
        }
        ["gate", fd, id, object, map] => {
            if let Some(index) = of(object) {
                let what = format!("map {map} does not pass the load gate: {fd} {id}");
                objects[index].differences.push(what);
            }
        }
        _ => {}
    }
}
