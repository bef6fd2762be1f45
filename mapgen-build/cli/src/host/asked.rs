//! What the policy and the objects ask of a map that was found on the host.

use std::path::{Path, PathBuf};

use mapgen_build::policy::{self, Least, Policy, Severity};
use mapgen_runtime::metrics::{Rule, Threshold, Thresholds};
use mapgen_runtime::{MapInfo, MapKind};
use mapgen_schema::{Map, Schema};

use super::{NAME_LEN, kernel_name};
use crate::Failure;
use crate::project::Project;

/// What is asked of maps.
pub(super) struct Asked {
    policy: Policy,
    /// The maps of the objects that are given; `None` without any.
    declared: Option<Vec<Declared>>,
}

/// A map of an object.
struct Declared {
    object: String,
    name: String,
    kind: MapKind,
    key_size: u32,
    value_size: u32,
    min_entries: Option<u32>,
}

impl Asked {
    /// The policy in a file, or in the nearest, and these objects.
    pub(super) fn read(config: Option<&Path>, objects: &[PathBuf]) -> Result<Self, Failure> {
        let project = Project::find_any(config, objects)?;
        let declared = if objects.is_empty() {
            // Those of the file are where it was written, which is as a rule not here.
            None
        } else {
            let read = project.read(|_, object| Declared::of(&object.schema, &project.policy))?;
            let maps = read.into_iter().collect::<Result<Vec<_>, _>>()?;
            Some(maps.into_iter().flatten().collect())
        };
        let policy = project.policy.clone();
        if let Some(declared) = declared.as_ref().filter(|_| project.is_whole) {
            let declared: &Vec<Declared> = declared;
            let names = declared.iter().map(|map| map.name.as_str());
            if let Some(unknown) = policy::unknown_maps(names, &policy).into_iter().next() {
                return Err(mapgen_build::Error::from(unknown).into());
            }
        }
        Ok(Self { policy, declared })
    }

    /// What is asked of a map; nothing where it is of none of the objects.
    pub(super) fn rule(&self, info: &MapInfo) -> Option<Rule> {
        let Some(declared) = &self.declared else {
            let name = self.name_in_policy(&info.name());
            let mut rule = Rule::new(self.thresholds(&name, info.kind()));
            rule.min_entries = least(&self.policy, &name).and_then(|least| match least {
                Least::Entries(least) | Least::Bytes(least) => Some(*least),
                // Of types, the kernel's name says nothing.
                _ => None,
            });
            return Some(rule);
        };
        let cut = info.name();
        let namesakes = declared
            .iter()
            .filter(|map| kernel_name(&map.name) == cut && map.kind == info.kind());
        // Of two objects with a map of this name, the one that it looks like.
        let map = namesakes.max_by_key(|map| {
            (map.key_size == info.key_size()) as u8 + (map.value_size == info.value_size()) as u8
        })?;
        let mut rule = Rule::new(self.thresholds(&map.name, map.kind));
        rule.min_entries = map.min_entries;
        rule.name = Some(map.name.clone());
        rule.object = Some(map.object.clone());
        Some(rule)
    }

    /// The name by which the policy knows a map that the kernel calls so.
    fn name_in_policy(&self, name: &str) -> String {
        let minima = self.policy.min_entries.iter().map(|(map, _)| map);
        let thresholds = self.policy.thresholds.iter();
        let mut known = minima.chain(thresholds.filter_map(|threshold| threshold.map.as_ref()));
        let found = known.find(|map| map.len() > NAME_LEN && kernel_name(map) == name);
        found.map_or_else(|| name.to_owned(), Clone::clone)
    }

    fn thresholds(&self, map: &str, kind: MapKind) -> Thresholds {
        let usual = Thresholds::of_kind(kind);
        let level = |severity, usual: Option<Threshold>| {
            let own = self.policy.threshold(map, severity);
            // A kind that is full by design has a threshold only where the map is named.
            let share = match (own, usual) {
                (Some(share), _) => share.value,
                (None, Some(_)) => self.policy.default_threshold(severity),
                (None, None) => return None,
            };
            let raise = share.as_f64();
            Threshold::new(raise, clear(raise))
        };
        Thresholds {
            warning: level(Severity::Warning, usual.warning),
            critical: level(Severity::Critical, usual.critical),
        }
    }
}

/// Below which level a violation ends: a tenth of the capacity lower, as it is for the usual
/// thresholds, but not so low that it never would.
fn clear(raise: f64) -> f64 {
    if raise > 0.2 {
        raise - 0.1
    } else {
        raise / 2.0
    }
}

fn least<'p>(policy: &'p Policy, map: &str) -> Option<&'p Least> {
    let mut stated = policy.min_entries.iter();
    stated
        .find(|(name, _)| name == map)
        .map(|(_, least)| &least.value)
}

impl Declared {
    /// The maps of an object. Data sections have no capacity that could be too small.
    fn of(schema: &Schema, policy: &Policy) -> Vec<Self> {
        let min_entries = |map: &Map| {
            let stated = least(policy, &map.name);
            let stated = stated.and_then(|least| least.of(schema, map).ok());
            // Who declares no minimum relies on what the object has.
            stated.or((map.max_entries > 0).then_some(map.max_entries))
        };
        let maps = schema.maps.iter().map(|map| Self {
            object: schema.name.clone(),
            name: map.name.clone(),
            kind: MapKind::from_number(map.kind),
            key_size: map.key_size,
            value_size: map.value_size,
            min_entries: min_entries(map),
        });
        maps.collect()
    }
}

#[cfg(test)]
mod tests {
    use mapgen_build::policy::File;
    use mapgen_runtime::MapKind;
    use mapgen_runtime::metrics::{Threshold, Thresholds};

    use super::Asked;

    fn asked(text: &str) -> Asked {
        let policy = File::parse(text, "mapgen.toml".as_ref()).unwrap().policy;
        Asked {
            policy,
            declared: None,
        }
    }

    #[test]
    fn thresholds_are_those_of_the_policy_and_of_full_maps_only_by_name() {
        let asked = asked(
            "[thresholds]\ndefault = { warning = 0.5 }\nconns = { critical = 0.1 }\n\
             sessions = { warning = 0.7 }\n",
        );
        let expected = |warning: Option<(f64, f64)>, critical: Option<(f64, f64)>| Thresholds {
            warning: warning.map(|(raise, clear)| Threshold::new(raise, clear).unwrap()),
            critical: critical.map(|(raise, clear)| Threshold::new(raise, clear).unwrap()),
        };
        assert_eq!(
            asked.thresholds("conns", MapKind::Hash),
            expected(Some((0.5, 0.4)), Some((0.1, 0.05)))
        );
        assert_eq!(
            asked.thresholds("sessions", MapKind::LruHash),
            expected(Some((0.7, 0.7 - 0.1)), None)
        );
        assert_eq!(
            asked.thresholds("others", MapKind::LruHash),
            Thresholds::default()
        );
    }

    #[test]
    fn a_name_that_the_kernel_cut_is_found_in_the_policy() {
        let asked = asked("[min_entries]\nconnections_by_pid = 8\n");
        assert_eq!(
            asked.name_in_policy("connections_by_"),
            "connections_by_pid"
        );
        assert_eq!(asked.name_in_policy("connections"), "connections");
    }
}
