//! How `generate` grows: objects with 10, 100, 1,000 and 10,000 structs, each the value of
//! a map of its own.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::{Generated, clang, in_build_script, plot};

const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];

/// One object, and what it took.
pub(crate) struct Cost {
    pub(crate) types: usize,
    pub(crate) object_bytes: u64,
    pub(crate) generated: Generated,
}

impl Cost {
    /// Microseconds for a type and its map.
    pub(crate) fn micros(&self) -> f64 {
        self.generated.time.as_secs_f64() * 1e6 / self.types as f64
    }

    /// KiB for a type and its map.
    fn kib(&self, bytes: usize) -> f64 {
        bytes as f64 / 1024.0 / self.types as f64
    }
}

/// Prints the table; with `docs`, writes it to `docs/cost.md`, and the plot beside it.
pub(crate) fn run(folder: &Path, docs: bool) {
    let costs: Vec<Cost> = SIZES
        .iter()
        .filter_map(|&types| {
            let object = object(folder, types)?;
            Some(Cost {
                types,
                object_bytes: fs::metadata(&object).unwrap().len(),
                generated: in_build_script(&object),
            })
        })
        .collect();
    let mut table = String::new();
    let _ = writeln!(
        table,
        "{:>12} {:>10} {:>12} {:>12} {:>14} {:>14}",
        "types = maps", "object", "generate", "each", "allocated each", "peak each"
    );
    for cost in &costs {
        let _ = writeln!(
            table,
            "{:>12} {:>6} KiB {:>12} {:>9.1} µs {:>10.1} KiB {:>10.1} KiB",
            cost.types,
            cost.object_bytes.div_ceil(1024),
            format!("{:.2?}", cost.generated.time),
            cost.micros(),
            cost.kib(cost.generated.total),
            cost.kib(cost.generated.peak),
        );
    }
    println!("\n{table}");
    if docs && costs.len() == SIZES.len() {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs");
        fs::create_dir_all(&docs).unwrap();
        fs::write(docs.join("cost.svg"), plot::svg(&costs)).unwrap();
        fs::write(docs.join("cost.md"), page(&table)).unwrap();
    }
}

fn page(table: &str) -> String {
    format!(
        "# What `generate()` costs\n\n\
         Written by `./run bench --docs`; not by hand. Objects with as many structs as maps, each \
         struct the value of a map of its own: the median processor time of {} calls of \
         `Builder::object(..).generate()` in an optimised build script (cargo's is not, by \
         default), all that one call allocates, and the most that it has at once.\n\n\
         ```text\n{table}```\n\n\
         ![time by number of types, both axes logarithmic](cost.svg)\n\n\
         The line beside the measured one is what the largest object would predict were cost \
         exactly proportional: above it is what a call costs whatever the object.\n",
        crate::RUNS
    )
}

fn object(folder: &Path, types: usize) -> Option<PathBuf> {
    let mut source = "#include \"bpf.h\"\n".to_owned();
    for index in 0..types {
        let _ = writeln!(
            source,
            "struct s{index} {{ __u64 a; __u32 b[{}]; __u16 c, d; __u8 e; }};
             struct {{ __uint(type, HASH); __uint(max_entries, 1); __type(key, __u32); \
             __type(value, struct s{index}); }} m{index} SEC(\".maps\");",
            index % 7 + 1
        );
    }
    clang::compile(folder, &format!("types{types}"), &source, clang::LITTLE)
}
