//! C spellings of types.

use crate::model::{Composite, Schema, Type, TypeId};

/// The C spelling of a type without a declarator: `struct flow_key`, `__be32`,
/// `unsigned char[6]`, `struct sock *`, `struct (anonymous)`.
pub fn name(schema: &Schema, id: TypeId) -> String {
    declare(schema, id, "")
}

impl Schema {
    /// The id of a type by its C spelling: `struct event`, `enum kind`, `flow_t`.
    pub fn find(&self, ctype: &str) -> Option<TypeId> {
        let ctype = ctype.split_whitespace().collect::<Vec<_>>().join(" ");
        (0..self.types.len())
            .map(|index| TypeId(u32::try_from(index).expect("a schema has fewer than 2^32 types")))
            .find(|&id| name(self, id) == ctype)
    }
}

/// The line of C that makes clang keep a type in BTF, given its spelling: clang keeps what
/// something refers to.
pub fn keeping(ctype: &str) -> String {
    let name = ctype.split_whitespace().next_back().unwrap_or_default();
    format!("const {ctype} *unused_{name} __attribute__((unused));")
}

/// A C declaration of `declarator` with this type: `__u8 mac[6]`, `struct sock *sk`.
pub fn declare(schema: &Schema, id: TypeId, declarator: &str) -> String {
    let base = match schema.ty(id) {
        Type::Void => "void".to_owned(),
        Type::Int { name, .. } | Type::Float { name, .. } | Type::Typedef { name, .. } => {
            name.clone()
        }
        Type::Enum(e) => format!("enum {}", e.name.as_deref().unwrap_or("(anonymous)")),
        Type::Composite(composite) => composite_name(composite),
        Type::Array { element, count } => {
            return declare(schema, *element, &format!("{declarator}[{count}]"));
        }
        Type::Pointer { pointee, .. } => {
            // A function pointer's pointee is spelt `ret (args)`.
            return match pointee.split_once(" (") {
                Some((ret, args)) => format!("{ret} (*{declarator})({args}"),
                None => format!("{pointee} *{declarator}"),
            };
        }
    };
    if declarator.is_empty() || declarator.starts_with('[') {
        base + declarator
    } else {
        format!("{base} {declarator}")
    }
}

fn composite_name(composite: &Composite) -> String {
    let tag = if composite.union { "union" } else { "struct" };
    format!(
        "{tag} {}",
        composite.name.as_deref().unwrap_or("(anonymous)")
    )
}

/// The C definition of a struct, union or enum, with offsets and sizes as comments;
/// anonymous members are written out in place.
pub fn definition(schema: &Schema, id: TypeId) -> String {
    let mut out = String::new();
    match schema.resolved(id) {
        Type::Composite(composite) => {
            body(schema, composite, 0, 0, &mut out);
            out.push_str(";\n");
        }
        Type::Enum(e) => {
            out.push_str(&name(schema, schema.resolved_id(id)));
            out.push_str(" {\n");
            for (variant, value) in &e.variants {
                out.push_str(&format!("    {variant} = {value},\n"));
            }
            out.push_str("};\n");
        }
        _ => {
            out.push_str(&name(schema, id));
            out.push('\n');
        }
    }
    out
}

fn body(schema: &Schema, composite: &Composite, base: u64, depth: usize, out: &mut String) {
    let indent = "    ".repeat(depth + 1);
    out.push_str(&match (&composite.name, composite.union) {
        (None, true) => "union".to_owned(),
        (None, false) => "struct".to_owned(),
        (Some(_), _) => composite_name(composite),
    });
    out.push_str(" {\n");
    for member in &composite.members {
        let at = base + member.bit_offset;
        out.push_str(&indent);
        if let (None, Type::Composite(inner)) = (&member.name, schema.ty(member.ty)) {
            body(schema, inner, at, depth + 1, out);
            out.push_str(";\n");
            continue;
        }
        let mut text = declare(schema, member.ty, member.name.as_deref().unwrap_or(""));
        let place = match member.bitfield {
            Some(bits) => {
                text.push_str(&format!(" : {bits}"));
                format!("byte {} bit {}, {bits} bits", at / 8, at % 8)
            }
            None => format!("byte {}, {} bytes", at / 8, schema.size(member.ty)),
        };
        out.push_str(&format!("{text}; /* {place} */\n"));
    }
    out.push_str(&"    ".repeat(depth));
    out.push('}');
    if depth == 0 {
        out.push_str(&format!(" /* {} bytes */", composite.size));
    }
}
