//! The unit for systemd that the docs have.

use std::fs;
use std::process::Command;

use mapgen_test_support::skipped;

#[test]
fn systemd_accepts_the_unit() {
    let unit = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/deploy/mapgen.service"
    );
    let unit = fs::read_to_string(unit).expect("a file");
    // It is installed where the tests are not.
    let unit = unit.replace("/usr/bin/mapgen", env!("CARGO_BIN_EXE_mapgen"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mapgen.service");
    fs::write(&path, unit).expect("a file");
    let Ok(output) = Command::new("systemd-analyze")
        .arg("verify")
        .arg(&path)
        .output()
    else {
        return skipped("systemd-analyze (Debian and Ubuntu: `systemd`)");
    };
    let said = String::from_utf8_lossy(&output.stderr);
    // An unknown word is only said.
    assert!(output.status.success() && said.is_empty(), "{said}");
}
