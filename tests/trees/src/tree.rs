//! A C type as the generator made it: its text, and what stands in it, member by member.

use std::fmt::Write as _;
use std::sync::Arc;

use mapgen_schema::LeafKind;

/// Names that are Rust's and not C's.
pub(crate) const KEYWORDS: [&str; 12] = [
    "type", "match", "fn", "impl", "ref", "gen", "async", "yield", "self", "super", "crate", "Self",
];

/// A type that becomes the value, or key and value, of a map.
pub(crate) struct Tree {
    /// Generates exactly this tree.
    pub(crate) seed: u64,
    /// The C definitions, the last of which is the type itself.
    pub(crate) source: String,
    /// `struct t17`.
    pub(crate) ctype: String,
    pub(crate) ty: Type,
    /// Whether it is a hash map's key too.
    pub(crate) is_key: bool,
    /// A member for which clang writes no type into BTF.
    pub(crate) unsayable: Option<String>,
}

#[derive(Clone)]
pub(crate) enum Type {
    Scalar(Scalar),
    Array(Box<Type>, u32),
    Composite(Arc<Composite>),
}

/// What a leaf is, behind typedefs and qualifiers.
#[derive(Clone)]
pub(crate) struct Scalar {
    pub(crate) kind: LeafKind,
    /// As a variable of this type is declared before its name. Bit-fields need it,
    /// which C's `typeof` refuses.
    pub(crate) spelling: String,
}

pub(crate) struct Composite {
    pub(crate) union: bool,
    pub(crate) members: Vec<Member>,
}

pub(crate) struct Member {
    /// `None`: its members are its parent's.
    pub(crate) name: Option<String>,
    pub(crate) ty: Type,
    /// The width of a bit-field.
    pub(crate) bits: Option<u32>,
}

/// A scalar of a tree, and the way to it.
#[derive(Clone)]
pub(crate) struct Leaf {
    pub(crate) steps: Vec<Step>,
    pub(crate) scalar: Scalar,
    pub(crate) bits: Option<u32>,
}

#[derive(Clone)]
pub(crate) enum Step {
    Member {
        name: String,
        /// Whether Rust reaches it by a method: bit-fields and members of unions.
        method: bool,
    },
    Array(u32),
}

impl Tree {
    pub(crate) fn leaves(&self) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        walk(&self.ty, &mut Vec::new(), None, false, &mut leaves);
        leaves
    }

    /// The name of the map that it is the value of.
    pub(crate) fn map(&self) -> String {
        format!("m{}", self.seed)
    }

    /// The C of this tree and its map.
    pub(crate) fn with_map(&self) -> String {
        let Self { source, ctype, .. } = self;
        let (kind, key) = if self.is_key {
            ("1 /* hash */", ctype.as_str())
        } else {
            ("2 /* array */", "unsigned int")
        };
        format!(
            "{source}struct {{\n    int (*type)[{kind}];\n    int (*max_entries)[1];\n    \
             {key} *key;\n    {ctype} *value;\n}} {} __attribute__((section(\".maps\"), used));\n",
            self.map()
        )
    }
}

fn walk(ty: &Type, steps: &mut Vec<Step>, bits: Option<u32>, overlaps: bool, out: &mut Vec<Leaf>) {
    match ty {
        Type::Scalar(scalar) => out.push(Leaf {
            steps: steps.clone(),
            scalar: scalar.clone(),
            bits,
        }),
        Type::Array(element, count) => {
            steps.push(Step::Array(*count));
            walk(element, steps, None, false, out);
            steps.pop();
        }
        Type::Composite(composite) => {
            let overlaps = overlaps || composite.union;
            for member in &composite.members {
                let Some(name) = &member.name else {
                    walk(&member.ty, steps, None, overlaps, out);
                    continue;
                };
                steps.push(Step::Member {
                    name: name.clone(),
                    method: overlaps || member.bits.is_some(),
                });
                walk(&member.ty, steps, member.bits, false, out);
                steps.pop();
            }
        }
    }
}

impl Leaf {
    /// As schemas and `mapgen inspect` write it: `a.b[].c`.
    pub(crate) fn path(&self) -> String {
        let mut path = String::new();
        for step in &self.steps {
            match step {
                Step::Member { name, .. } if path.is_empty() => path.push_str(name),
                Step::Member { name, .. } => {
                    let _ = write!(path, ".{name}");
                }
                Step::Array(_) => path.push_str("[]"),
            }
        }
        path
    }

    /// A bit-field of `char` is a number, not text.
    pub(crate) fn kind(&self) -> LeafKind {
        match (self.scalar.kind, self.bits) {
            (LeafKind::Char, Some(_)) => LeafKind::Int,
            (kind, _) => kind,
        }
    }

    pub(crate) fn dims(&self) -> Vec<u32> {
        let dims = self.steps.iter().filter_map(|step| match step {
            Step::Array(count) => Some(*count),
            Step::Member { .. } => None,
        });
        dims.collect()
    }
}

/// Steps as C writes them behind a variable, `.a.b[0].c`; further arrays than there are
/// indices are left out.
pub(crate) fn c_path(steps: &[Step], indices: &[u32]) -> String {
    let mut path = String::new();
    let mut indices = indices.iter();
    for step in steps {
        match step {
            Step::Member { name, .. } => {
                let _ = write!(path, ".{name}");
            }
            Step::Array(_) => {
                if let Some(index) = indices.next() {
                    let _ = write!(path, "[{index}]");
                }
            }
        }
    }
    path
}
