//! What it means that a map is full, by its type, and what to do about it.

/// Map types that fill up in the same way.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Family {
    /// Names of types, as the label `map_type` has them; none for any type at all.
    pub(crate) types: &'static [&'static str],
    /// The alert at a threshold.
    pub(crate) alert: &'static str,
    /// The page in `docs/runbooks`.
    pub(crate) runbook: &'static str,
    /// Whether the usual thresholds hold, rather than those only that somebody states.
    pub(crate) usual: bool,
    /// How long a warning waits: bursts are what a queue is for.
    pub(crate) patience: &'static str,
    /// Whether entries stay until somebody deletes them, so that a slow growth is a leak.
    pub(crate) leaks: bool,
    /// What happens at the end, as a sentence.
    pub(crate) end: &'static str,
    /// What to do, as a sentence.
    pub(crate) action: &'static str,
}

/// All that can be full. The rest has every entry at all times (arrays of every kind), has
/// no capacity of its own (storage of tasks, sockets, inodes, cgroups) or cannot be counted
/// (Bloom filters).
pub(crate) const FAMILIES: [Family; 5] = [
    Family {
        types: &[
            "hash",
            "percpu_hash",
            "hash_of_maps",
            "devmap_hash",
            "sockhash",
        ],
        alert: "EbpfMapFillingUp",
        runbook: "grow",
        usual: true,
        patience: "1m",
        leaks: true,
        end: "When it is full, new keys are refused with E2BIG.",
        action: "Raise max_entries if the load has grown; if entries only ever become more, \
                 look for who no longer deletes them.",
    },
    Family {
        types: &["lpm_trie"],
        alert: "EbpfMapFillingUp",
        runbook: "audit",
        usual: true,
        patience: "1m",
        leaks: true,
        end: "When it is full, new prefixes are refused with ENOSPC.",
        action: "Look at what writes the prefixes: one source gone astray fills a trie. \
                 Aggregate them, or raise max_entries.",
    },
    Family {
        types: &["ringbuf", "user_ringbuf", "queue", "stack"],
        alert: "EbpfMapNotDrained",
        runbook: "drain",
        usual: true,
        patience: "5m",
        leaks: false,
        end: "When it is full, records are lost.",
        action: "Find out why the consumer does not keep up, write fewer records, or make it larger.",
    },
    Family {
        types: &["lru_hash", "lru_percpu_hash"],
        alert: "EbpfMapEvicting",
        runbook: "evict",
        // To be full is what an LRU map is for.
        usual: false,
        patience: "5m",
        leaks: false,
        end: "When it is full, the kernel drops entries that were not used lately, and says nothing.",
        action: "If what is dropped is missed, raise max_entries; else raise the threshold.",
    },
    Family {
        types: &["stack_trace"],
        alert: "EbpfMapFillingUp",
        runbook: "leak",
        // Traces stay for as long as nobody deletes them.
        usual: false,
        patience: "5m",
        leaks: false,
        end: "Traces collide the more often the fuller it is, and are refused with EEXIST.",
        action: "Delete traces that were read, or set BPF_F_REUSE_STACKID, or raise max_entries.",
    },
];

/// Of a map that is known by nothing but its name.
pub(crate) const ANY: Family = Family {
    types: &[],
    alert: "EbpfMapFillingUp",
    runbook: "grow",
    usual: true,
    patience: "1m",
    leaks: false,
    end: "When it is full, it takes no more.",
    action: "Raise max_entries if the load has grown; if entries only ever become more, \
             look for who no longer deletes them.",
};

/// The family of a type.
pub(crate) fn family(map_type: &str) -> Option<&'static Family> {
    FAMILIES
        .iter()
        .find(|family| family.types.contains(&map_type))
}

#[cfg(test)]
mod tests {
    use mapgen_schema::kinds;

    use super::{FAMILIES, family};

    #[test]
    fn every_type_that_is_named_is_one_of_the_kernel() {
        for name in FAMILIES.iter().flat_map(|family| family.types) {
            assert!(kinds::number(name).is_some(), "{name}");
        }
    }

    #[test]
    fn what_is_always_full_has_no_family() {
        for name in [
            "array",
            "percpu_array",
            "prog_array",
            "bloom_filter",
            "task_storage",
        ] {
            assert!(kinds::number(name).is_some(), "{name}");
            assert_eq!(family(name), None, "{name}");
        }
    }
}
