//! Integers, characters, truth values, floats, enumerations and pointers.

use mapgen_schema::LeafKind;

use crate::generate::{Generator, Spelled};
use crate::tree::{Scalar, Type};

/// C's integers and floats: spelling, kind, size in bytes.
const NUMBERS: [(&str, LeafKind, u32); 24] = [
    ("_Bool", LeafKind::Bool, 1),
    ("char", LeafKind::Char, 1),
    ("signed char", LeafKind::Int, 1),
    ("unsigned char", LeafKind::Int, 1),
    ("short", LeafKind::Int, 2),
    ("unsigned short", LeafKind::Int, 2),
    ("int", LeafKind::Int, 4),
    ("unsigned int", LeafKind::Int, 4),
    ("long", LeafKind::Int, 8),
    ("unsigned long", LeafKind::Int, 8),
    ("long long", LeafKind::Int, 8),
    ("unsigned long long", LeafKind::Int, 8),
    ("__int128", LeafKind::Int, 16),
    ("unsigned __int128", LeafKind::Int, 16),
    ("__u8", LeafKind::Int, 1),
    ("__u32", LeafKind::Int, 4),
    ("__u64", LeafKind::Int, 8),
    ("__be16", LeafKind::Int, 2),
    ("__be32", LeafKind::Int, 4),
    ("__be64", LeafKind::Int, 8),
    ("__le16", LeafKind::Int, 2),
    ("__le32", LeafKind::Int, 4),
    ("float", LeafKind::Float, 4),
    ("double", LeafKind::Float, 8),
];

/// What `NUMBERS` calls by a typedef, for the top of a file.
pub(crate) const TYPEDEFS: &str = "\
typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u16 __le16;
typedef __u32 __le32;
";

impl Generator {
    pub(crate) fn scalar(&mut self) -> Spelled {
        let spelled = match self.random.below(100) {
            0..65 => {
                let &(spelling, kind, size) = self.random.pick(&NUMBERS);
                number(spelling, kind, size)
            }
            65..69 => self.enumeration_in_place(),
            69..83 => self.enumeration(),
            _ => self.pointer(),
        };
        self.qualified(spelled)
    }

    /// A type that a bit-field can have.
    pub(crate) fn bit_field_base(&mut self) -> Spelled {
        if self.random.percent(15) {
            return self.enumeration();
        }
        loop {
            let &(spelling, kind, size) = self.random.pick(&NUMBERS);
            if kind != LeafKind::Float {
                return number(spelling, kind, size);
            }
        }
    }

    fn qualified(&mut self, mut spelled: Spelled) -> Spelled {
        if !self.random.percent(8) || spelled.before.ends_with('*') {
            return spelled;
        }
        let qualifier = *self.random.pick(&["const", "volatile", "const volatile"]);
        spelled.before = format!("{qualifier} {}", spelled.before);
        spelled
    }

    fn enumeration(&mut self) -> Spelled {
        let number = self.number();
        let tag = format!("t{}_e{number}", self.seed);
        let name = |i: u32| format!("T{}_E{number}_{i}", self.seed);
        let (first, second) = (name(0), name(1));
        // Spelling before the tag and behind it, values, size.
        let &(before, after, values, size) = self.random.pick(&[
            ("", "", ["1", "7"], 4),
            ("", "", ["-3", "5"], 4),
            ("", "", ["0xffffffffu", "0"], 4),
            ("", "", ["1ull << 40", "0"], 8),
            ("", "", ["-1ll << 40", "1"], 8),
            ("", "", ["0xffffffffffffffffull", "2"], 8),
            ("__attribute__((packed)) ", "", ["1", "200"], 1),
            ("__attribute__((packed)) ", "", ["-1", "100"], 1),
            ("__attribute__((packed)) ", "", ["1", "60000"], 2),
            ("__attribute__((packed)) ", "", ["-1", "30000"], 2),
            ("", ": unsigned char", ["1", "255"], 1),
            ("", ": signed char", ["-128", "0"], 1),
            ("", ": unsigned short", ["1", "2"], 2),
            ("", ": long long", ["-1", "2"], 8),
            ("", ": unsigned long", ["3", "4"], 8),
            ("", ": int", ["3", "3"], 4),
        ]);
        let body = format!("{{ {first} = {}, {second} = {} }}", values[0], values[1]);
        let spelling = match self.random.below(4) {
            0 => {
                let name = format!("t{}_y{number}", self.seed);
                self.define(&format!("typedef enum {before}{after} {body} {name};"));
                name
            }
            1 if self.known_enums.len() < 8 => {
                self.define(&format!("enum {before}{tag} {after} {body};"));
                self.known_enums.push((format!("enum {tag}"), size));
                format!("enum {tag}")
            }
            2 if !self.known_enums.is_empty() => {
                let (spelling, size) = self.random.pick(&self.known_enums).clone();
                return number_of(spelling, LeafKind::Enum, size);
            }
            _ => {
                self.define(&format!("enum {before}{tag} {after} {body};"));
                format!("enum {tag}")
            }
        };
        number_of(spelling, LeafKind::Enum, size)
    }

    /// An enumeration that is defined where the member is declared, and has no name to
    /// declare a bit-field by.
    fn enumeration_in_place(&mut self) -> Spelled {
        let number = self.number();
        let seed = self.seed;
        let tag = match self.random.below(2) {
            0 => String::new(),
            _ => format!("t{seed}_e{number} "),
        };
        let before = format!("enum {tag}{{ T{seed}_E{number}_0, T{seed}_E{number}_1 = 9 }}");
        number_of(before, LeafKind::Enum, 4)
    }

    fn pointer(&mut self) -> Spelled {
        let declared = format!("struct t{}_declared", self.seed);
        let itself = self.ctype.clone();
        let (before, after) = match self.random.below(12) {
            0 => ("void *".to_owned(), String::new()),
            1 => ("const char *".to_owned(), String::new()),
            2 => (format!("{declared} *"), String::new()),
            3 | 4 => (format!("{itself} *"), String::new()),
            5 => ("void (*".to_owned(), ")(int, void *)".to_owned()),
            6 => (format!("{itself} *(*"), format!(")({declared} *)")),
            7 => ("int (*".to_owned(), ")[3]".to_owned()),
            8 => (format!("{itself} **"), String::new()),
            9 => ("volatile unsigned long *const ".to_owned(), String::new()),
            10 => (
                "int __attribute__((btf_type_tag(\"user\"))) *".to_owned(),
                String::new(),
            ),
            _ => ("double *restrict ".to_owned(), String::new()),
        };
        Spelled {
            before,
            after,
            ty: Type::Scalar(Scalar {
                kind: LeafKind::Pointer,
                spelling: "void *".to_owned(),
            }),
            bits: 64,
            lone: false,
        }
    }
}

pub(crate) fn number(spelling: &str, kind: LeafKind, size: u32) -> Spelled {
    number_of(spelling.to_owned(), kind, size)
}

fn number_of(spelling: String, kind: LeafKind, size: u32) -> Spelled {
    Spelled {
        before: format!("{spelling} "),
        after: String::new(),
        ty: Type::Scalar(Scalar { kind, spelling }),
        bits: if kind == LeafKind::Bool { 1 } else { size * 8 },
        lone: false,
    }
}
