//! Runs the crates: every member is read through its bindings, every map created in the
//! running kernel and taken through the load gate.

use std::io;

use crate::bindings::{Crate, cargo};
use crate::object::Object;

/// Runs every crate and writes down what it said.
pub(crate) fn run(crates: &[Crate], objects: &mut [Object]) -> io::Result<()> {
    for (number, user) in crates.iter().enumerate() {
        println!("running, {} of {}", number + 1, crates.len());
        let output = cargo(&user.folder, "run").output()?;
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
    }
    Ok(())
}

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
