//! What the rules are for: the maps of objects, or all of a host.

use std::fs;
use std::path::{Path, PathBuf};

use mapgen_build::Error;
use mapgen_build::policy::{self, Policy};
use mapgen_schema::{Schema, kinds};

use super::families::{Family, family};
use super::select::Select;
use crate::host::kernel_name;
use crate::project::Project;

/// What is watched, and what is asked of it.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    pub(crate) policy: Policy,
    /// The text of the configuration, for who takes it along.
    pub(crate) config: Option<String>,
    pub(crate) objects: Vec<Watched>,
}

/// One object.
#[derive(Debug)]
pub(crate) struct Watched {
    /// The name that macros use: `flow`.
    pub(crate) name: String,
    /// The file's name: `flow.bpf.o`.
    pub(crate) file: String,
    /// Its maps, data sections left out: those are arrays.
    pub(crate) maps: Vec<WatchedMap>,
}

/// One map.
#[derive(Debug)]
pub(crate) struct WatchedMap {
    pub(crate) name: String,
    /// As the label `map_type` has it.
    pub(crate) map_type: &'static str,
    pub(crate) family: Option<&'static Family>,
}

impl Watch {
    /// Reads the configuration and the objects: those that are given, else those of the
    /// configuration, else none, which is every map of a host.
    pub(crate) fn read(config: Option<&Path>, objects: &[PathBuf]) -> Result<Self, Error> {
        let project = Project::find_any(config, objects)?;
        let mut watch = Self {
            config: project.config.as_deref().map(text).transpose()?,
            objects: Vec::new(),
            policy: project.policy.clone(),
        };
        for object in project.read(|_, object| Watched::new(&object.schema))? {
            watch.objects.push(object?);
        }
        // A map that is misspelled would have a rule that is never true.
        if project.is_whole && !watch.objects.is_empty() {
            let maps = watch.maps().map(|map| map.name.as_str());
            let unknown = policy::unknown_maps(maps, &watch.policy);
            if let Some(unknown) = unknown.into_iter().next() {
                return Err(unknown.into());
            }
        }
        Ok(watch)
    }

    /// Every map of every object.
    pub(crate) fn maps(&self) -> impl Iterator<Item = &WatchedMap> {
        self.objects.iter().flat_map(|object| &object.maps)
    }

    /// The series of what is watched, of whichever map.
    pub(crate) fn all(&self) -> Select {
        self.of_objects(&self.objects.iter().collect::<Vec<_>>())
    }

    /// The series of these objects' maps.
    pub(crate) fn of_objects(&self, objects: &[&Watched]) -> Select {
        let names = objects.iter().flat_map(|object| &object.maps);
        self.objects_only().one_of(
            "map_name",
            labels(names.map(|map| map.name.as_str()))
                .iter()
                .map(String::as_str),
        )
    }

    /// The series of these maps, and of no namesake of another type.
    pub(crate) fn maps_of(&self, maps: &[&WatchedMap]) -> Select {
        let mut types: Vec<&str> = maps.iter().map(|map| map.map_type).collect();
        types.sort_unstable();
        types.dedup();
        self.named(maps.iter().map(|map| map.name.as_str()))
            .one_of("map_type", types)
    }

    /// The series of maps with these names.
    pub(crate) fn named<'a>(&self, maps: impl IntoIterator<Item = &'a str>) -> Select {
        self.objects_only()
            .one_of("map_name", labels(maps).iter().map(String::as_str))
    }

    /// The series of our objects. Who exports a map that it found by id or by pin does not
    /// know its object: an alert that never comes is worse than one of a namesake.
    fn objects_only(&self) -> Select {
        let names = self.objects.iter();
        let mut names: Vec<&str> = names
            .flat_map(|object| [object.name.as_str(), object.file.as_str()])
            .collect();
        if !names.is_empty() {
            names.push("");
        }
        names.dedup();
        Select::default().one_of("object", names)
    }
}

fn text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}

/// What the label `map_name` says of maps with these names: where the exporter knows it from
/// the kernel alone, the name is cut.
pub(crate) fn labels<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut labels = Vec::new();
    for name in names {
        for label in [name, kernel_name(name)] {
            if !labels.iter().any(|known| known == label) {
                labels.push(label.to_owned());
            }
        }
    }
    labels
}

impl Watched {
    fn new(schema: &Schema) -> Self {
        let maps = schema.maps.iter().map(|map| {
            let map_type = kinds::name(map.kind).unwrap_or("unknown");
            WatchedMap {
                name: map.name.clone(),
                map_type,
                family: family(map_type),
            }
        });
        Self {
            name: schema.name.clone(),
            file: schema.object.clone(),
            maps: maps.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::labels;

    #[test]
    fn a_name_that_the_kernel_cuts_is_looked_for_in_both_lengths() {
        assert_eq!(
            labels(["conns", "connections_by_pid"]),
            ["conns", "connections_by_pid", "connections_by_"]
        );
    }
}
