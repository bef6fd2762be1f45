//! One version of an object, from its entries.

use std::collections::HashMap;

use mapgen_schema::{Endian, Map, Schema, Type, TypeId};

use super::btf;
use super::entry::Entry;
use crate::error::{Error, Finding};

pub(super) fn schema<'a>(
    object: &str,
    version: u32,
    endian: Endian,
    entries: impl Iterator<Item = &'a Entry>,
) -> Result<Schema, Error> {
    let mut schema = Schema {
        name: format!("{object}_v{version}"),
        object: format!("{object}, version {version}"),
        endian,
        types: vec![Type::Void],
        ..Schema::default()
    };
    // Several maps may hold one type.
    let mut known: HashMap<Type, TypeId> = HashMap::from([(Type::Void, TypeId::VOID)]);
    for entry in entries {
        let mut ids: Vec<TypeId> = Vec::with_capacity(entry.schema.types.len());
        for ty in &entry.schema.types {
            let ty = renumbered(ty, &ids);
            let next = TypeId(u32::try_from(schema.types.len()).expect("fewer than 2^32 types"));
            let id = *known.entry(ty.clone()).or_insert(next);
            if id == next {
                schema.types.push(ty);
            }
            ids.push(id);
        }
        let map = map(entry.map(), &ids);
        schema.maps.push(map);
    }
    let Schema { maps, .. } = &mut schema;
    let mut maps = std::mem::take(maps);
    for map in &mut maps {
        let with_btf = |map: &mut Map| -> Result<(), Finding> {
            if map.key.is_some() || map.value.is_some() {
                let blob = btf::of_map(&schema, map.key, map.value);
                map.btf = Some(blob.map_err(|finding| finding.at(format!("map `{}`", map.name)))?);
            }
            Ok(())
        };
        with_btf(map)
            .and_then(|()| map.inner.as_deref_mut().map_or(Ok(()), with_btf))
            .map_err(|finding| finding.into_error(&schema.object))?;
    }
    schema.maps = maps;
    Ok(schema)
}

fn renumbered(ty: &Type, ids: &[TypeId]) -> Type {
    // The reader and `Entry::of` promise that types refer only to types before them.
    let new = |old: TypeId| ids.get(old.index()).copied().unwrap_or(TypeId::VOID);
    match ty {
        Type::Array { element, count } => Type::Array {
            element: new(*element),
            count: *count,
        },
        Type::Typedef { name, target } => Type::Typedef {
            name: name.clone(),
            target: new(*target),
        },
        Type::Composite(composite) => {
            let mut composite = composite.clone();
            for member in &mut composite.members {
                member.ty = new(member.ty);
            }
            Type::Composite(composite)
        }
        other => other.clone(),
    }
}

fn map(map: &Map, ids: &[TypeId]) -> Map {
    let new = |old: TypeId| ids.get(old.index()).copied().unwrap_or(TypeId::VOID);
    Map {
        key: map.key.map(new),
        value: map.value.map(new),
        inner: map
            .inner
            .as_deref()
            .map(|inner| Box::new(self::map(inner, ids))),
        ..map.clone()
    }
}
