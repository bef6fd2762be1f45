//! Trees of C types out of a seed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use mapgen_schema::LeafKind;

use crate::random::Random;
use crate::scalars;
use crate::tree::{self, Composite, Member, Tree, Type};

/// How many members a tree has at most, all depths together.
const MEMBERS: u32 = 28;

/// How deep structs, unions, arrays and typedefs nest at most.
const DEPTH: u32 = 5;

/// A type in C's spelling: what a declaration has before and behind the name.
#[derive(Clone)]
pub(crate) struct Spelled {
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) ty: Type,
    /// The widest bit-field of this type.
    pub(crate) bits: u32,
    /// Aligned to more than its size, so that C makes no array of it.
    pub(crate) lone: bool,
}

impl Spelled {
    fn declare(&self, name: &str) -> String {
        format!("{}{name}{}", self.before, self.after)
    }
}

pub(crate) struct Generator {
    pub(crate) random: Random,
    pub(crate) seed: u64,
    /// `struct t17`.
    pub(crate) ctype: String,
    /// Definitions that stand before the tree's own.
    source: String,
    numbers: u32,
    members: u32,
    /// Names of members that are not unique by a number.
    words: BTreeSet<String>,
    /// Structs, unions and typedefs with a name, to be used again.
    known: Vec<Spelled>,
    pub(crate) known_enums: Vec<(String, u32)>,
    unsayable: Option<String>,
}

/// The tree of this seed.
pub(crate) fn tree(seed: u64) -> Tree {
    let mut random = Random::new(seed);
    let union = random.percent(15);
    let word = if union { "union" } else { "struct" };
    let mut generator = Generator {
        random,
        seed,
        ctype: format!("{word} t{seed}"),
        source: format!("struct t{seed}_declared;\n"),
        numbers: 0,
        members: 0,
        words: BTreeSet::new(),
        known: Vec::new(),
        known_enums: Vec::new(),
        unsayable: None,
    };
    let _ = writeln!(generator.source, "{word} t{seed};");
    let is_key = generator.random.percent(15);
    let (body, composite) = generator.body(union, 0, !is_key);
    let attributes = generator.attributes();
    let ctype = generator.ctype.clone();
    let definition = format!("{word} {attributes}t{seed} {body};");
    generator.define_packed(&definition);
    Tree {
        seed,
        source: generator.source,
        ctype,
        ty: Type::Composite(Arc::new(composite)),
        is_key,
        unsayable: generator.unsayable,
    }
}

impl Generator {
    /// A member's name, sometimes one that Rust or the generated struct has a use for.
    fn member_name(&mut self) -> String {
        let number = self.number();
        if self.random.percent(4) {
            let hidden = ["__pad", "__bits", "__union"].map(|name| {
                let offset = number % 16;
                format!("{name}{offset}")
            });
            let mut words: Vec<&str> = tree::KEYWORDS.to_vec();
            words.extend(hidden.iter().map(String::as_str));
            words.extend(["__storage", "ZERO", "_"]);
            let word = (*self.random.pick(&words)).to_owned();
            if self.words.insert(word.clone()) {
                return word;
            }
        }
        format!("m{number}")
    }

    pub(crate) fn number(&mut self) -> u32 {
        self.numbers += 1;
        self.numbers
    }

    /// Adds a line to the tree's source.
    pub(crate) fn define(&mut self, line: &str) {
        self.source.push_str(line);
        self.source.push('\n');
    }

    /// A definition, sometimes below `#pragma pack`.
    fn define_packed(&mut self, definition: &str) {
        if self.random.percent(10) {
            let pack = *self.random.pick(&[1, 2, 4, 8]);
            self.define(&format!(
                "#pragma pack(push, {pack})\n{definition}\n#pragma pack(pop)"
            ));
        } else {
            self.define(definition);
        }
    }

    /// Attributes of a struct or union, to stand before its tag.
    fn attributes(&mut self) -> String {
        match self.random.below(100) {
            0..14 => "__attribute__((packed)) ".to_owned(),
            14..22 => {
                let align = *self.random.pick(&[1, 2, 4, 8, 16, 32, 64]);
                format!("__attribute__((aligned({align}))) ")
            }
            22..27 => {
                let align = *self.random.pick(&[2, 4, 8, 16]);
                format!("__attribute__((packed, aligned({align}))) ")
            }
            _ => String::new(),
        }
    }

    /// Attributes of a member, to stand behind it.
    fn member_attributes(&mut self) -> String {
        match self.random.below(100) {
            0..4 => " __attribute__((packed))".to_owned(),
            4..9 => {
                let align = *self.random.pick(&[1, 2, 4, 8, 16, 32, 64]);
                format!(" __attribute__((aligned({align})))")
            }
            9..11 => {
                let align = *self.random.pick(&[1, 2, 4, 8]);
                format!(" __attribute__((packed, aligned({align})))")
            }
            11..13 => " __attribute__((btf_decl_tag(\"tag\")))".to_owned(),
            _ => String::new(),
        }
    }

    /// `{ … }` and what is in it.
    fn body(&mut self, union: bool, depth: u32, flexible: bool) -> (String, Composite) {
        let mut text = String::from("{\n");
        let mut composite = Composite {
            union,
            members: Vec::new(),
        };
        let mut count = match self.random.below(100) {
            0..4 => 0,
            4..12 => 1,
            _ => 2 + self.random.below(6),
        };
        if depth == 0 {
            count += self.random.below(4);
        }
        for _ in 0..count {
            if self.members >= MEMBERS {
                break;
            }
            match self.random.below(100) {
                0..27 => self.bit_fields(&mut text, &mut composite),
                27..35 if depth < DEPTH => self.unnamed(&mut text, &mut composite, depth),
                _ => self.member(&mut text, &mut composite, depth),
            }
        }
        // C wants a member before it, and clang wants it at the end of a struct.
        let named = composite.members.iter().any(|member| member.name.is_some());
        if flexible && depth == 0 && !union && named && self.random.percent(10) {
            let element = self.element(DEPTH);
            let name = self.member_name();
            let _ = writeln!(text, "    {};", element.declare(&format!("{name}[]")));
            composite.members.push(Member {
                name: Some(name),
                ty: Type::Array(Box::new(element.ty), 0),
                bits: None,
            });
        }
        text.push('}');
        (text, composite)
    }

    fn member(&mut self, text: &mut String, composite: &mut Composite, depth: u32) {
        self.members += 1;
        let name = self.member_name();
        let mut spelled = self.ty(depth + 1);
        // Rare: one such member refuses the tree.
        if self.unsayable.is_none() && self.random.below(2000) == 0 {
            if let Type::Scalar(_) = spelled.ty {
                let spelling = *self.random.pick(&[
                    "_Atomic int ",
                    "_Complex double ",
                    "_Atomic(void *) ",
                    "_Atomic unsigned long ",
                ]);
                spelled.before = spelling.to_owned();
                spelled.after = String::new();
                self.unsayable = Some(name.clone());
            }
        }
        let attributes = self.member_attributes();
        let qualifier = match self.random.below(25) {
            0 => "const ",
            1 => "volatile ",
            _ => "",
        };
        let declared = spelled.declare(&name);
        let _ = writeln!(text, "    {qualifier}{declared}{attributes};");
        composite.members.push(Member {
            name: Some(name),
            ty: spelled.ty,
            bits: None,
        });
    }

    /// Some bit-fields in a row, unnamed ones and ones of no width among them.
    fn bit_fields(&mut self, text: &mut String, composite: &mut Composite) {
        for _ in 0..1 + self.random.below(5) {
            let base = self.bit_field_base();
            match self.random.below(100) {
                0..8 => {
                    let _ = writeln!(text, "    {}: 0;", base.before);
                    continue;
                }
                8..14 => {
                    let bits = 1 + self.random.below(base.bits);
                    let _ = writeln!(text, "    {}: {bits};", base.before);
                    continue;
                }
                _ => {}
            }
            let bits = match self.random.below(10) {
                0 => base.bits,
                1..5 => 1 + self.random.below(base.bits.min(7)),
                _ => 1 + self.random.below(base.bits),
            };
            self.members += 1;
            let name = self.member_name();
            let qualifier = match self.random.below(20) {
                0 => "const ",
                1 => "volatile ",
                _ => "",
            };
            let attributes = self.member_attributes();
            let declared = base.declare(&name);
            let _ = writeln!(text, "    {qualifier}{declared} : {bits}{attributes};");
            composite.members.push(Member {
                name: Some(name),
                ty: base.ty,
                bits: Some(bits),
            });
        }
    }

    /// A struct or union whose members are its parent's.
    fn unnamed(&mut self, text: &mut String, composite: &mut Composite, depth: u32) {
        let union = self.random.percent(60);
        let (body, inner) = self.body(union, depth + 1, false);
        let word = if union { "union" } else { "struct" };
        let attributes = self.attributes();
        let _ = writeln!(text, "    {word} {attributes}{body};");
        composite.members.push(Member {
            name: None,
            ty: Type::Composite(Arc::new(inner)),
            bits: None,
        });
    }

    fn ty(&mut self, depth: u32) -> Spelled {
        if depth >= DEPTH || self.members >= MEMBERS {
            return self.scalar();
        }
        match self.random.below(100) {
            0..52 => self.scalar(),
            52..70 => self.array(depth),
            70..88 => self.composite(depth),
            88..94 => self.typedef(depth),
            _ if self.known.is_empty() => self.composite(depth),
            _ => {
                let index = self.random.below(self.known.len() as u32);
                self.known[index as usize].clone()
            }
        }
    }

    /// A type of which there can be an array.
    fn element(&mut self, depth: u32) -> Spelled {
        loop {
            let element = self.ty(depth);
            if !element.lone {
                return element;
            }
        }
    }

    fn array(&mut self, depth: u32) -> Spelled {
        let mut spelled = if self.random.percent(20) {
            scalars::number("char", LeafKind::Char, 1)
        } else {
            self.element(depth + 1)
        };
        let dimensions = match self.random.below(10) {
            0..7 => 1,
            7..9 => 2,
            _ => 3,
        };
        for _ in 0..dimensions {
            let count = *self.random.pick(&[0, 1, 2, 2, 3, 3, 4, 5, 7, 8, 16, 33]);
            let count = if dimensions > 1 { count.min(4) } else { count };
            spelled.after = format!("[{count}]{}", spelled.after);
            spelled.ty = Type::Array(Box::new(spelled.ty), count);
        }
        spelled
    }

    fn composite(&mut self, depth: u32) -> Spelled {
        let union = self.random.percent(30);
        let word = if union { "union" } else { "struct" };
        let (body, composite) = self.body(union, depth, false);
        let attributes = self.attributes();
        let number = self.number();
        let tag = format!("t{}_s{number}", self.seed);
        // Two are defined where the member is declared, and cannot be named before that.
        let (spelling, again) = match self.random.below(4) {
            0 => (format!("{word} {attributes}{body}"), false),
            1 => (format!("{word} {attributes}{tag} {body}"), false),
            2 => {
                self.define_packed(&format!("{word} {attributes}{tag} {body};"));
                (format!("{word} {tag}"), true)
            }
            _ => {
                let name = format!("t{}_y{number}", self.seed);
                self.define_packed(&format!("typedef {word} {attributes}{body} {name};"));
                (name, true)
            }
        };
        let spelled = Spelled {
            before: format!("{spelling} "),
            after: String::new(),
            ty: Type::Composite(Arc::new(composite)),
            bits: 0,
            lone: false,
        };
        if again {
            self.known.push(spelled.clone());
        }
        spelled
    }

    fn typedef(&mut self, depth: u32) -> Spelled {
        let mut spelled = self.ty(depth + 1);
        let number = self.number();
        let name = format!("t{}_y{number}", self.seed);
        // A definition in place would be inside of what defines this tree's member.
        let declared = spelled.declare(&name);
        let aligned = self.random.percent(25);
        if aligned {
            let align = *self.random.pick(&[1, 2, 4, 8, 16, 32]);
            spelled.lone = true;
            self.define(&format!(
                "typedef {declared} __attribute__((aligned({align})));"
            ));
        } else {
            self.define(&format!("typedef {declared};"));
        }
        spelled.before = format!("{name} ");
        spelled.after = String::new();
        if let Type::Scalar(scalar) = &mut spelled.ty {
            scalar.spelling = name;
        }
        self.known.push(spelled.clone());
        spelled
    }
}
