//! Maps that several objects share: those that each of them pins by one name.

use std::collections::HashMap;

use mapgen_schema::diff::{self, MapDiff, Weight};
use mapgen_schema::{Pinning, codes};

use super::Policy;
use crate::diagnostic::Diagnostic;
use crate::lock::Entry;
use crate::read::Object;

/// The maps that objects pin, each as the first of them declares it: whoever loads first
/// makes the map and the others find it, so all must declare the same.
///
/// ```no_run
/// use mapgen_build::policy::{Policy, Shared};
/// let mut shared = Shared::default();
/// for path in ["bpf/fentry.bpf.o", "bpf/kprobe.bpf.o"] {
///     let object = mapgen_build::read_object(path, &Default::default())?;
///     for finding in shared.add(&object, &Policy::default()) {
///         println!("{finding}");
///     }
/// }
/// # Ok::<(), mapgen_build::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Shared {
    /// By the name of the pin: the object's file and the map.
    first: HashMap<String, (String, Entry)>,
}

impl Shared {
    /// Adds the next object, and says where it disagrees with those before.
    pub fn add(&mut self, object: &Object, policy: &Policy) -> Vec<Diagnostic> {
        let schema = &object.schema;
        let mut found = Vec::new();
        let maps = schema.maps.iter();
        for map in maps.filter(|map| map.pinning == Pinning::ByName) {
            let Some((file, first)) = self.first.get(&map.name) else {
                let entry = (schema.object.clone(), Entry::of(schema, map));
                self.first.insert(map.name.clone(), entry);
                continue;
            };
            let differs = diff::map((&first.schema, first.map()), (schema, map));
            let Some(differs) = differs.filter(|differs| differs.weight() > Weight::Same) else {
                continue;
            };
            // No version before another is what is asked here.
            let differs = MapDiff {
                pins: None,
                ..differs
            };
            let message = format!("`{file}` pins a map by this name too, and it is another one");
            found.push(
                Diagnostic::new(codes::shared_map, &schema.object, message)
                    .place(format!("map `{}`", map.name))
                    .note(differs.table(file, &schema.object).trim_end())
                    .help(
                        "declare it once, in a header that both include; where they are not one \
                         map, give one of them another name, or read an object of an earlier \
                         release in a `Builder` of its own",
                    ),
            );
        }
        policy.weigh(found)
    }
}
