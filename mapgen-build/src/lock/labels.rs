//! What types are called in the lock: as C spells them, and with a number where two
//! would be called the same. Writer and reader find the same labels by themselves.

use std::collections::HashMap;

use mapgen_schema::layout::MAX_DEPTH;
use mapgen_schema::{Type, TypeId};

/// The labels of the types of one entry so far.
#[derive(Default)]
pub(super) struct Labels {
    labels: Vec<Label>,
    ids: HashMap<String, TypeId>,
}

#[derive(Clone)]
struct Label {
    /// `char`
    base: String,
    /// `[16]`
    dims: String,
    depth: u32,
}

impl Labels {
    /// Names the next type.
    ///
    /// # Errors
    /// When arrays nest deeper than a schema's types may.
    pub(super) fn push(&mut self, ty: &Type) -> Result<(), String> {
        let mut label = match ty {
            Type::Array { element, count } => self.array(*element, *count)?,
            other => Label {
                base: spelling(other),
                dims: String::new(),
                depth: 0,
            },
        };
        let text = format!("{}{}", label.base, label.dims);
        let mut unique = text.clone();
        let mut number = 1_u32;
        while self.ids.contains_key(&unique) {
            number += 1;
            unique = format!("{text}#{number}");
        }
        if number > 1 {
            label.base.clone_from(&unique);
            label.dims.clear();
        }
        let id = u32::try_from(self.labels.len()).map_err(|_| "too many types")?;
        self.ids.insert(unique, TypeId(id));
        self.labels.push(label);
        Ok(())
    }

    fn array(&self, element: TypeId, count: u32) -> Result<Label, String> {
        let element = self.labels.get(element.index()).ok_or("no such type")?;
        let depth = element.depth + 1;
        if depth > MAX_DEPTH {
            return Err(format!("arrays nest deeper than {MAX_DEPTH} levels"));
        }
        Ok(Label {
            base: element.base.clone(),
            // `int x[2][3]` is two arrays of three.
            dims: format!("[{count}]{}", element.dims),
            depth,
        })
    }

    /// The label of a type.
    pub(super) fn label(&self, id: TypeId) -> String {
        let label = self.labels.get(id.index());
        label.map_or_else(String::new, |label| format!("{}{}", label.base, label.dims))
    }

    /// The type of a label.
    pub(super) fn id(&self, label: &str) -> Option<TypeId> {
        self.ids.get(label).copied()
    }
}

fn spelling(ty: &Type) -> String {
    let tagged = |keyword: &str, name: &Option<String>| {
        format!("{keyword} {}", name.as_deref().unwrap_or("(anonymous)"))
    };
    match ty {
        Type::Void | Type::Array { .. } => "void".to_owned(),
        Type::Int { name, .. } | Type::Float { name, .. } | Type::Typedef { name, .. } => {
            name.clone()
        }
        Type::Pointer { pointee, .. } => format!("{pointee} *"),
        Type::Composite(composite) if composite.union => tagged("union", &composite.name),
        Type::Composite(composite) => tagged("struct", &composite.name),
        Type::Enum(e) => tagged("enum", &e.name),
    }
}
