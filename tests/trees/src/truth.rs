//! What clang itself says of a tree, without BTF: constants that it computes from the C
//! text, and the bits that it sets for a bit-field of all ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use mapgen_schema::LeafKind;
use object::{Object as _, ObjectSection as _, ObjectSymbol as _};

use crate::tree::{Leaf, Step, Tree, c_path};

/// The layout of a tree.
#[derive(PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) size: u64,
    /// In the order of the tree's leaves.
    pub(crate) leaves: Vec<Place>,
}

/// Where a leaf is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) bit_offset: u64,
    pub(crate) bits: u32,
    pub(crate) signed: bool,
    /// For each dimension, the size of what it repeats.
    pub(crate) strides: Vec<u32>,
}

/// C that has these constants in data.
pub(crate) fn source(trees: &[&Tree]) -> String {
    let mut c = String::from(crate::scalars::TYPEDEFS);
    for tree in trees {
        c.push_str(&tree.source);
        let mut numbers = format!("sizeof({})", tree.ctype);
        for (index, leaf) in tree.leaves().iter().enumerate() {
            of_leaf(tree, index, leaf, &mut numbers, &mut c);
        }
        let _ = writeln!(
            c,
            "const unsigned long numbers_{}[] = {{ {numbers} }};",
            tree.seed
        );
    }
    c
}

/// Where the last array ends: what is behind it is in one element.
fn in_element(leaf: &Leaf) -> usize {
    let last = leaf
        .steps
        .iter()
        .rposition(|step| matches!(step, Step::Array(_)));
    last.map_or(0, |index| index + 1)
}

fn of_leaf(tree: &Tree, index: usize, leaf: &Leaf, numbers: &mut String, c: &mut String) {
    let ctype = &tree.ctype;
    let zeros = vec![0; leaf.steps.len()];
    let place = |steps: &[Step]| format!("(*({ctype} *)0){}", c_path(steps, &zeros));
    let offset = |steps: &[Step]| match c_path(steps, &zeros) {
        path if path.is_empty() => "0".to_owned(),
        path => format!("__builtin_offsetof({ctype}, {})", &path[1..]),
    };
    let signed = |ty: &str| match leaf.kind() {
        LeafKind::Int | LeafKind::Enum => format!("(({ty})-1 < 0)"),
        LeafKind::Float => "1".to_owned(),
        LeafKind::Char | LeafKind::Bool | LeafKind::Pointer => "0".to_owned(),
    };
    if leaf.bits.is_some() {
        let (element, rest) = leaf.steps.split_at(in_element(leaf));
        let _ = write!(
            numbers,
            ", {}, 0, {}",
            offset(element),
            signed(&leaf.scalar.spelling)
        );
        let _ = writeln!(
            c,
            "const __typeof__({}) ones_{}_{index} = {{ {} = -1 }};",
            place(element),
            tree.seed,
            c_path(rest, &[])
        );
    } else {
        let of = place(&leaf.steps);
        let _ = write!(
            numbers,
            ", {}, sizeof({of}), {}",
            offset(&leaf.steps),
            signed(&format!("__typeof__({of})"))
        );
    }
    for (end, step) in leaf.steps.iter().enumerate() {
        if let Step::Array(_) = step {
            let _ = write!(numbers, ", sizeof({})", place(&leaf.steps[..=end]));
        }
    }
}

/// Reads the constants of these trees out of the object that clang made of their source.
///
/// # Panics
/// When the object is not of that source: this is a test.
pub(crate) fn read(object: &Path, trees: &[&Tree]) -> Vec<Truth> {
    let data = std::fs::read(object).expect("the object that clang wrote");
    let file = object::File::parse(&*data).expect("an ELF file");
    let symbols: BTreeMap<&str, Vec<u8>> = file
        .symbols()
        .filter_map(|symbol| {
            let section = file.section_by_index(symbol.section_index()?).ok()?;
            let bytes = section.uncompressed_data().ok()?;
            let start = usize::try_from(symbol.address()).ok()?;
            let size = usize::try_from(symbol.size()).ok()?;
            Some((
                symbol.name().ok()?,
                bytes.get(start..start + size)?.to_vec(),
            ))
        })
        .collect();
    trees.iter().map(|tree| of_tree(tree, &symbols)).collect()
}

fn of_tree(tree: &Tree, symbols: &BTreeMap<&str, Vec<u8>>) -> Truth {
    let numbers = &symbols[&*format!("numbers_{}", tree.seed)];
    let mut numbers = numbers
        .chunks_exact(8)
        .map(|bytes| u64::from_le_bytes(bytes.try_into().expect("8 bytes")));
    let mut next = || numbers.next().expect("as many numbers as were written");
    let size = next();
    let leaves = tree.leaves().into_iter().enumerate().map(|(index, leaf)| {
        let (offset, element_size, signed) = (next(), next(), next() == 1);
        let mut strides: Vec<u32> = Vec::new();
        for _ in leaf.dims() {
            strides.push(u32::try_from(next()).expect("a small size"));
        }
        let (first, bits) = match leaf.bits {
            Some(_) => ones(&symbols[&*format!("ones_{}_{index}", tree.seed)]),
            None => (0, u32::try_from(element_size * 8).expect("a small size")),
        };
        Place {
            bit_offset: offset * 8 + first,
            bits,
            signed,
            strides,
        }
    });
    let leaves = leaves.collect();
    Truth { size, leaves }
}

/// The first bit that is set, and how many are: they stand together.
fn ones(bytes: &[u8]) -> (u64, u32) {
    let set = |bit: &usize| bytes[bit / 8] >> (bit % 8) & 1 == 1;
    let all: Vec<usize> = (0..bytes.len() * 8).filter(set).collect();
    let first = all.first().copied().expect("a bit-field has bits");
    assert_eq!(
        all.last(),
        Some(&(first + all.len() - 1)),
        "one run of bits"
    );
    (first as u64, all.len() as u32)
}
