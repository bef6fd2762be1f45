//! `mapgen inspect --json`, as a program that reads it would see it, against libbpf.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mapgen_test_libbpf::{Btf, Comparison, Leaf, Map, Opened};
use serde_json::Value;

use crate::object::Object;

/// No object of the corpus takes a tenth of this.
const LIMIT: Duration = Duration::from_secs(20);

/// Compares what the command prints of an object with what libbpf has.
pub(crate) fn compare(object: &mut Object) -> io::Result<()> {
    let (code, printed) = inspect(&object.path)?;
    match code {
        // Refused with a reason, or printed though a limit is broken.
        Some(0..=2) => {}
        code => object
            .differences
            .push(format!("`mapgen inspect` ends with {code:?}")),
    }
    let Some((schema, opened)) = object.both() else {
        return Ok(());
    };
    let Ok(json) = serde_json::from_str::<Value>(&printed) else {
        object.differences.push("no JSON".to_owned());
        return Ok(());
    };
    let mut found = Found::default();
    found.maps(&json, opened);
    // The JSON has a variable's place, the library what it consists of.
    if let Some(btf) = opened.btf() {
        let comparison = Comparison::new(schema, Some(btf));
        for (index, section) in schema.sections.iter().enumerate() {
            let printed = &json["sections"][index]["vars"];
            let variables = comparison.variables(&section.name);
            for (index, (ours, var)) in section.vars.iter().zip(variables).enumerate() {
                let place = format!("{} {}", section.name, var.name);
                let printed = &printed[index];
                found.equal(&place, printed["name"].as_str(), Some(&*var.name));
                found.equal(&place, printed["offset"].as_u64(), Some(var.offset.into()));
                found.equal(&place, printed["size"].as_u64(), Some(var.size.into()));
                let leaves = schema.leaves(ours.ty).into_iter().map(|leaf| Leaf {
                    path: leaf.path,
                    bit_offset: leaf.bit_offset,
                    bits: leaf.bits.into(),
                    kind: leaf.kind.as_str(),
                    signed: leaf.signed,
                    dims: leaf.dims,
                });
                found.leaves(&place, leaves.collect(), btf.leaves(var.ty));
                found.variables += 1;
            }
        }
    }
    object.counts.leaves = found.leaves;
    object.counts.variables = found.variables;
    object.differences.extend(found.differences);
    Ok(())
}

/// Runs the command; `None` for its status when it dies of a signal or takes too long.
fn inspect(path: &Path) -> io::Result<(Option<i32>, String)> {
    let mut child = Command::new(command())
        .args(["inspect", "--json"])
        .arg(path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut out = child.stdout.take().expect("its output is a pipe");
    let reader = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text)
    });
    let start = Instant::now();
    let code = loop {
        if let Some(status) = child.try_wait()? {
            break status.code();
        }
        if start.elapsed() > LIMIT {
            child.kill()?;
            child.wait()?;
            break None;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    let text = reader.join().expect("the reader does not panic")?;
    Ok((code, text))
}

/// `mapgen`, beside this program.
fn command() -> std::path::PathBuf {
    let this = std::env::current_exe().unwrap_or_default();
    this.with_file_name("mapgen")
}

#[derive(Default)]
struct Found {
    leaves: usize,
    variables: usize,
    differences: Vec<String>,
}

impl Found {
    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, what: &str, ours: T, libbpf: T) {
        if ours != libbpf {
            self.differences
                .push(format!("JSON, {what}: {ours:?}, libbpf has {libbpf:?}"));
        }
    }

    fn maps(&mut self, json: &Value, opened: &Opened) {
        let maps: Vec<Map> = opened.maps().into_iter().filter(Map::is_declared).collect();
        let printed = json["maps"].as_array().map_or(&[][..], Vec::as_slice);
        self.equal("maps", printed.len(), maps.len());
        for (json, map) in printed.iter().zip(&maps) {
            self.map(json, map, opened.btf());
        }
    }

    fn map(&mut self, json: &Value, map: &Map, btf: Option<Btf<'_>>) {
        let name = &map.name;
        self.equal(name, json["name"].as_str(), Some(name));
        let mut numbers = vec![
            ("type_id", u64::from(map.kind)),
            ("key_size", map.key_size.into()),
            ("value_size", map.value_size.into()),
            ("map_flags", map.map_flags.into()),
            ("map_extra", map.map_extra),
            ("numa_node", map.numa_node.into()),
        ];
        if !map.is_rounded() {
            numbers.push(("max_entries", map.max_entries.into()));
        }
        for (field, number) in numbers {
            let place = format!("{name} {field}");
            self.equal(&place, json[field].as_u64(), Some(number));
        }
        let pinning = if map.pinned { "by_name" } else { "none" };
        self.equal(
            &format!("{name} pinning"),
            json["pinning"].as_str(),
            Some(pinning),
        );
        for (role, id) in [("key", map.key), ("value", map.value)] {
            let place = format!("{name} {role}");
            self.equal(&place, json[role].is_object(), id != 0);
            if let Some(btf) = btf.filter(|_| id != 0) {
                self.equal(&place, json[role]["size"].as_u64(), btf.size(id));
                let ours = json[role]["leaves"]
                    .as_array()
                    .map_or(&[][..], Vec::as_slice);
                self.leaves(&place, ours.iter().map(leaf).collect(), btf.leaves(id));
            }
        }
        self.equal(
            &format!("{name} inner"),
            json["inner"].is_object(),
            map.inner.is_some(),
        );
        if let Some(inner) = &map.inner {
            self.map(&json["inner"], inner, btf);
        }
    }

    fn leaves(&mut self, place: &str, ours: Vec<Leaf>, libbpf: Vec<Leaf>) {
        self.leaves += libbpf.len();
        self.equal(&format!("{place} leaves"), ours.len(), libbpf.len());
        for (ours, libbpf) in ours.into_iter().zip(libbpf) {
            self.equal(place, ours, libbpf);
        }
    }
}

fn leaf(json: &Value) -> Leaf {
    const KINDS: [&str; 6] = ["int", "char", "bool", "float", "enum", "pointer"];
    let number = |field: &str| json[field].as_u64().unwrap_or(u64::MAX);
    let kind = json["kind"].as_str().unwrap_or_default();
    let dims = json["dims"].as_array().map_or(&[][..], Vec::as_slice);
    Leaf {
        path: json["path"].as_str().unwrap_or("?").to_owned(),
        bit_offset: number("bit_offset"),
        bits: number("bits"),
        kind: KINDS
            .into_iter()
            .find(|known| *known == kind)
            .unwrap_or("unknown"),
        signed: json["signed"].as_bool().unwrap_or(false),
        dims: dims
            .iter()
            .map(|dim| dim.as_u64().and_then(|dim| dim.try_into().ok()))
            .map(|dim| dim.unwrap_or(u32::MAX))
            .collect(),
    }
}
