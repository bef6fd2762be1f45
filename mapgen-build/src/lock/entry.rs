//! One map of one object, as it was in some versions.

use std::collections::HashMap;

use mapgen_schema::{Map, Schema, Type, TypeId};

/// A layout that is or was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(super) object: String,
    /// The first version of the object that has it.
    pub(super) since: u32,
    /// The last version that has it; `None` for the layout of now.
    pub(super) until: Option<u32>,
    /// The types that the map reaches, in the order in which it reaches them, and the
    /// map, which is the only one.
    pub(crate) schema: Schema,
}

impl Entry {
    /// What a schema says of a map, and no more.
    pub(crate) fn of(schema: &Schema, map: &Map) -> Self {
        let mut copy = Copy {
            from: schema,
            ids: HashMap::new(),
            types: vec![Type::Void],
        };
        let map = copy.map(map);
        Self {
            object: schema.name.clone(),
            since: 1,
            until: None,
            schema: Schema {
                types: copy.types,
                maps: vec![map],
                ..Schema::default()
            },
        }
    }

    pub(crate) fn map(&self) -> &Map {
        // Both `of` and the reader put exactly one there.
        &self.schema.maps[0]
    }

    pub(super) fn is_current(&self, object: &str, map: &str) -> bool {
        self.until.is_none() && self.object == object && self.map().name == map
    }

    pub(super) fn is_of(&self, version: u32) -> bool {
        self.since <= version && self.until.is_none_or(|until| version <= until)
    }

    /// The newest version of the object that it tells of.
    pub(super) fn newest(&self) -> u32 {
        match self.until {
            // Something came after it.
            Some(until) => until.saturating_add(1),
            None => self.since,
        }
    }

    /// Where it stands in the file: of one map the newest first.
    pub(super) fn order(&self) -> (&str, &str, std::cmp::Reverse<u32>) {
        (
            &self.object,
            &self.map().name,
            std::cmp::Reverse(self.since),
        )
    }
}

struct Copy<'a> {
    from: &'a Schema,
    ids: HashMap<TypeId, TypeId>,
    types: Vec<Type>,
}

impl Copy<'_> {
    fn map(&mut self, map: &Map) -> Map {
        Map {
            section: ".maps".to_owned(),
            type_id: 0,
            numa_node: 0,
            btf: None,
            key: map.key.map(|id| self.id(id)),
            value: map.value.map(|id| self.id(id)),
            inner: map.inner.as_deref().map(|inner| Box::new(self.map(inner))),
            ..map.clone()
        }
    }

    /// The new id of a type, which follows those of its parts. Schemas nest no deeper
    /// than `MAX_DEPTH`.
    fn id(&mut self, old: TypeId) -> TypeId {
        if let Some(&new) = self.ids.get(&old) {
            return new;
        }
        let ty = match self.from.ty(old) {
            Type::Void => return TypeId::VOID,
            Type::Array { element, count } => Type::Array {
                element: self.id(*element),
                count: *count,
            },
            Type::Typedef { name, target } => Type::Typedef {
                name: name.clone(),
                target: self.id(*target),
            },
            Type::Composite(composite) => {
                let mut composite = composite.clone();
                for member in &mut composite.members {
                    member.ty = self.id(member.ty);
                }
                Type::Composite(composite)
            }
            other => other.clone(),
        };
        let new = TypeId(u32::try_from(self.types.len()).expect("fewer than 2^32 types"));
        self.types.push(ty);
        self.ids.insert(old, new);
        new
    }
}
