//! Random C types through mapgen, and what clang says of them.
//!
//! 1. `generate` makes a `tree` out of a seed: C text, and the model of what is in it;
//! 2. `layouts` compiles it for BPF and compares the schema that `mapgen-build` reads with
//!    `truth`, clang's own constants, leaf by leaf;
//! 3. `values` has C, compiled for the host, write random numbers into every member, and
//!    a crate of a user read and write the same through the bindings (`statements`).
//!
//! A tree is known by its seed: a run of N trees takes the seeds from its first one on.

mod generate;
mod layouts;
mod random;
mod scalars;
mod statements;
mod tree;
mod truth;
mod values;

use std::fmt;
use std::path::PathBuf;

use layouts::Outcome;
use tree::Tree;

/// What to run.
pub struct Run {
    /// clang with the BPF target, which also compiles for the host.
    pub clang: String,
    /// Where files go.
    pub folder: PathBuf,
    /// The seed of the first tree.
    pub seed: u64,
    /// How many trees.
    pub count: u64,
    /// Of how many of these values go end to end.
    pub values: usize,
}

/// A tree for which something is wrong.
pub struct Failure {
    seed: u64,
    source: String,
    what: String,
}

/// What came of a run.
#[derive(Default)]
pub struct Report {
    rows: Vec<(&'static str, usize)>,
    /// The trees for which something is wrong.
    pub failures: Vec<Failure>,
}

/// A clang that compiles for BPF and for this machine; says so where there is none.
///
/// # Panics
/// As [`mapgen_test_support::skipped`].
pub fn clang() -> Option<String> {
    if cfg!(target_endian = "big") {
        mapgen_test_support::skipped("a little-endian machine");
        return None;
    }
    mapgen_test_support::clang()
}

impl Run {
    /// Runs it.
    ///
    /// # Panics
    /// When the file system refuses: this is a test.
    pub fn run(&self) -> Report {
        let seeds = self.seed..self.seed.saturating_add(self.count);
        let trees: Vec<Tree> = seeds.map(generate::tree).collect();
        let mut report = Report::default();
        let (mut equal, mut leaves, mut bit_fields, mut unsayable) = (0, 0, 0, 0);
        let mut bindable: Vec<&Tree> = Vec::new();
        let mut as_on_host = 0;
        let folder = std::path::absolute(&self.folder).expect("a folder");
        let outcomes = layouts::compare(&self.clang, &folder.join("objects"), &trees);
        for (tree, outcome) in trees.iter().zip(outcomes) {
            match outcome {
                Outcome::Equal {
                    leaves: of,
                    bit_fields: fields,
                    as_on_host: same,
                } => {
                    equal += 1;
                    leaves += of;
                    bit_fields += fields;
                    if same {
                        as_on_host += 1;
                        bindable.push(tree);
                    }
                }
                Outcome::Unsayable => unsayable += 1,
                Outcome::Failed(failure) => report.failures.push(failure),
            }
        }
        bindable.truncate(self.values);
        let values = values::compare(&self.clang, &folder, &bindable)
            .expect("crates of a user can be built and run");
        report.failures.extend(values.failures);
        report.rows.extend([
            ("trees", trees.len()),
            (
                "  keys too",
                trees.iter().filter(|tree| tree.is_key).count(),
            ),
            ("  layout equal to clang's", equal),
            ("  laid out so on the host too", as_on_host),
            ("  refused, BTF cannot say them", unsayable),
            ("leaves compared", leaves),
            ("  bit-fields", bit_fields),
            ("trees with values end to end", bindable.len()),
            ("  equal both ways", values.equal),
            ("elements written and read", values.elements),
        ]);
        report
    }
}

impl Failure {
    fn new(tree: &Tree, what: String) -> Self {
        Self {
            seed: tree.seed,
            source: tree.source.clone(),
            what,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, source, what } = self;
        writeln!(f, "FAILS  seed {seed}: {what}\n{source}")?;
        writeln!(f, "just this one: ./run trees --seed {seed} --count 1")
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, count) in &self.rows {
            writeln!(f, "{what:<32} {count:>10}")?;
        }
        writeln!(f, "{:<32} {:>10}", "trees that fail", self.failures.len())
    }
}
