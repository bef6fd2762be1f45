//! Two types, scalar by scalar.

use std::collections::HashMap;

use crate::btf::{Btf, Leaf, LeafKind, Malformed};
use crate::error::Difference;
use crate::spec::MapSpec;

/// The types of a map's key and value in a BTF blob; an id of 0 stands for no type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Types<'a> {
    pub(crate) btf: &'a [u8],
    pub(crate) key: u32,
    pub(crate) value: u32,
}

impl<'a> Types<'a> {
    /// Those of a spec.
    pub(crate) fn of(spec: &'a MapSpec) -> Self {
        Self {
            btf: spec.btf,
            key: spec.btf_key,
            value: spec.btf_value,
        }
    }

    /// Whether there is something to compare.
    pub(crate) fn any(&self) -> bool {
        !self.btf.is_empty() && (self.key != 0 || self.value != 0)
    }
}

/// Every scalar that differs.
pub(crate) fn differences(expected: Types<'_>, found: Types<'_>) -> Vec<Difference> {
    let unreadable = |whose, error: Malformed| Difference::UnreadableBtf {
        whose,
        reason: error.to_string(),
    };
    let wanted = match Btf::parse(expected.btf) {
        Ok(btf) => btf,
        Err(error) => return vec![unreadable("the binding", error)],
    };
    let live = match Btf::parse(found.btf) {
        Ok(btf) => btf,
        Err(error) => return vec![unreadable("it", error)],
    };
    let mut differences = Vec::new();
    for (of, expected, found) in [
        ("key", expected.key, found.key),
        ("value", expected.value, found.value),
    ] {
        // Without a type in the binding nothing in Rust relies on one.
        if expected == 0 {
            continue;
        }
        match (wanted.leaves(expected), live.leaves(found)) {
            (Ok(expected), Ok(found)) => compare(of, &expected, &found, &mut differences),
            (Err(error), _) => differences.push(unreadable("the binding", error)),
            (_, Err(error)) => differences.push(unreadable("it", error)),
        }
    }
    differences
}

fn compare(of: &'static str, expected: &[Leaf], found: &[Leaf], out: &mut Vec<Difference>) {
    // A path may stand twice: unnamed members.
    let mut by_path: HashMap<&str, Vec<&Leaf>> = HashMap::new();
    for leaf in found.iter().rev() {
        by_path.entry(&leaf.path).or_default().push(leaf);
    }
    let mut member = |leaf: &Leaf, expected: Option<&Leaf>, found: Option<&Leaf>| {
        out.push(Difference::Member {
            of,
            path: leaf.path.clone(),
            expected: expected.map(Leaf::to_string),
            found: found.map(Leaf::to_string),
        });
    };
    for leaf in expected {
        match by_path.get_mut(leaf.path.as_str()).and_then(Vec::pop) {
            Some(other) if same(leaf, other) => {}
            other => member(leaf, Some(leaf), other),
        }
    }
    for leaf in found {
        let rest = by_path.get(leaf.path.as_str());
        if rest.is_some_and(|rest| rest.iter().any(|other| std::ptr::eq(*other, leaf))) {
            member(leaf, None, Some(leaf));
        }
    }
}

fn same(expected: &Leaf, found: &Leaf) -> bool {
    expected.bit_offset == found.bit_offset
        && expected.bits == found.bits
        && expected.dims == found.dims
        && (expected.kind == found.kind || rewritten(expected, found))
}

/// Whether `to` is what a loader makes of `from` for a kernel that does not know its
/// kind: libbpf's `bpf_object__sanitize_btf` turns a float into a struct without
/// members (before 5.13), a 64-bit enumeration into a union of placeholders (before
/// 6.0); others make an integer of it. The sign of an enumeration is lost on the same
/// kernels, so it is never compared.
fn rewritten(from: &Leaf, to: &Leaf) -> bool {
    match (from.kind, to.kind) {
        (LeafKind::Float, LeafKind::Blank) => true,
        (LeafKind::Enum, LeafKind::Blank | LeafKind::Int { .. }) => from.bits == 64,
        _ => false,
    }
}
