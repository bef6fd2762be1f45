//! The statements that write and read the members of a tree, in C and in Rust.
//!
//! Both give each member the bytes that `fill` makes of the tree's seed and the member's
//! number, and both hand over the bytes of the value that they read, in its declared type.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use mapgen_schema::LeafKind;

use crate::tree::{KEYWORDS, Leaf, Step, Tree, c_path};

/// A scalar with an index for each of its arrays: what both languages write and read.
pub(crate) struct Element {
    leaf: Leaf,
    /// A `char[N]` is one value: its last dimension has no index.
    indices: Vec<u32>,
}

impl Element {
    /// As C reaches it, for messages.
    pub(crate) fn path(&self) -> String {
        c_path(&self.leaf.steps, &self.indices)
    }
}

/// The first, the last and a middle element of every leaf.
pub(crate) fn elements(tree: &Tree) -> Vec<Element> {
    let mut elements = Vec::new();
    for leaf in tree.leaves() {
        let mut dims = leaf.dims();
        if dims.contains(&0) {
            continue;
        }
        if let (LeafKind::Char, Some(Step::Array(_))) = (leaf.scalar.kind, leaf.steps.last()) {
            dims.pop();
        }
        let corners: [fn(&u32) -> u32; 3] = [|_| 0, |&count| count - 1, |&count| count / 2];
        let indices: BTreeSet<Vec<u32>> = corners
            .iter()
            .map(|corner| dims.iter().map(corner).collect())
            .collect();
        elements.extend(indices.into_iter().map(|indices| Element {
            leaf: leaf.clone(),
            indices,
        }));
    }
    elements
}

/// A C function that fills a value and prints it, then what it reads of every element.
pub(crate) fn c(tree: &Tree) -> String {
    let Tree { seed, ctype, .. } = tree;
    let (mut write, mut read) = (String::new(), String::new());
    for (number, element) in elements(tree).iter().enumerate() {
        let member = format!("v{}", element.path());
        let scalar = &element.leaf.scalar;
        let is_bool = scalar.kind == LeafKind::Bool;
        if element.leaf.bits.is_some() {
            let (word, ty) = (if is_bool { "TRUTH" } else { "BITS" }, &scalar.spelling);
            let _ = writeln!(write, "    PUT_{word}({seed}, {number}, {ty}, {member});");
            let _ = writeln!(read, "    GET_BITS({ty}, {member});");
        } else {
            let word = if is_bool { "BOOL" } else { "MEMBER" };
            let _ = writeln!(write, "    PUT_{word}({seed}, {number}, {member});");
            let _ = writeln!(read, "    GET_MEMBER({member});");
        }
    }
    format!(
        "static void tree_{seed}(void)\n{{\n    {ctype} v;\n    memset(&v, 0, sizeof(v));\n\
         {write}    put(&v, sizeof(v));\n{read}}}\n"
    )
}

/// A Rust function that reads what C printed, and fills a value of its own.
pub(crate) fn rust(tree: &Tree) -> String {
    let seed = tree.seed;
    let mut text = format!(
        "fn tree_{seed}(run: &mut crate::Run) {{\n    let v: bound::types::T{seed} = run.image({seed});\n"
    );
    let elements = elements(tree);
    for (number, element) in elements.iter().enumerate() {
        let value = read("v", &element.leaf.steps, &element.indices);
        let _ = writeln!(text, "    run.read({number}, {value});");
    }
    let _ = writeln!(text, "    let mut v = bound::types::T{seed}::ZERO;");
    for (number, element) in elements.iter().enumerate() {
        let value = match (element.leaf.scalar.kind, element.leaf.bits) {
            (LeafKind::Bool, _) => format!("run.truth({number})"),
            _ => format!("run.value({number})"),
        };
        let write = write("v", &element.leaf.steps, &element.indices, 0, &value);
        let _ = writeln!(text, "    {write}");
    }
    text.push_str("    run.written(v);\n}\n");
    text
}

/// A method on the way to a member, and the way behind it.
struct Method<'a> {
    name: &'a str,
    steps: &'a [Step],
    indices: &'a [u32],
}

/// Fields and indices up to the first method, and that.
fn place<'a>(
    base: &str,
    steps: &'a [Step],
    mut indices: &'a [u32],
) -> (String, Option<Method<'a>>) {
    let mut place = base.to_owned();
    for (at, step) in steps.iter().enumerate() {
        match step {
            Step::Member { name, method: true } => {
                let steps = &steps[at + 1..];
                let method = Method {
                    name,
                    steps,
                    indices,
                };
                return (place, Some(method));
            }
            Step::Member { name, .. } => {
                let _ = write!(place, ".{}", rust_name(name));
            }
            Step::Array(_) => {
                if let Some((index, rest)) = indices.split_first() {
                    let _ = write!(place, "[{index}]");
                    indices = rest;
                }
            }
        }
    }
    (place, None)
}

/// Braces copy a value out: there is no reference into a packed struct.
fn read(base: &str, steps: &[Step], indices: &[u32]) -> String {
    match place(base, steps, indices) {
        (place, None) => format!("{{ {place} }}"),
        (place, Some(method)) => {
            let base = format!("{{ {place} }}.{}()", getter(method.name));
            read(&base, method.steps, method.indices)
        }
    }
}

/// A member's name in Rust: raw where it is a keyword, with a `_` where that may not be
/// raw.
fn rust_name(c: &str) -> String {
    match c {
        "self" | "super" | "crate" | "Self" => format!("{c}_"),
        "_" => "__".to_owned(),
        _ if KEYWORDS.contains(&c) => format!("r#{c}"),
        _ => c.to_owned(),
    }
}

/// `ZERO` is a constant of every type.
fn getter(c: &str) -> String {
    match c {
        "ZERO" => "ZERO_".to_owned(),
        _ => rust_name(c),
    }
}

/// What stands behind a method is read, changed and written again.
fn write(base: &str, steps: &[Step], indices: &[u32], depth: u32, value: &str) -> String {
    match place(base, steps, indices) {
        (place, None) => format!("{place} = {value};"),
        (place, Some(method)) => {
            let Method { steps, indices, .. } = method;
            let getter = getter(method.name);
            let name = getter.trim_start_matches("r#");
            let copy = format!("copy{depth}");
            let change = if steps.is_empty() {
                format!("{copy}.set_{name}({value});")
            } else {
                let part = format!("part{depth}");
                let inner = write(&part, steps, indices, depth + 1, value);
                format!("let mut {part} = {copy}.{getter}(); {inner} {copy}.set_{name}({part});")
            };
            format!("{{ let mut {copy} = {place}; {change} {place} = {copy}; }}")
        }
    }
}
