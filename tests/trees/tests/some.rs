//! Some of the trees; `./run trees` has all.

use std::path::Path;

use mapgen_trees::Run;

#[test]
fn random_types_are_laid_out_and_read_as_clang_has_them() {
    let Some(clang) = mapgen_trees::clang() else {
        return;
    };
    // The folder of `./run trees`, where what the crate depends on may be built already.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent();
    let report = Run {
        clang,
        folder: target.expect("it is in the target folder").join("trees"),
        seed: 1,
        count: 200,
        values: 40,
    }
    .run();
    let failures: Vec<String> = report.failures.iter().map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{}", failures.concat());
}
