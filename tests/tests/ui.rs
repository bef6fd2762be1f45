//! One program for each message of the macros, and what must compile.
//!
//! `TRYBUILD=overwrite cargo test -p mapgen-tests --test ui` blesses; read the diff.

#[test]
fn every_mistake_has_its_message() {
    // The programs have no build script of their own: they find this package's schemas.
    // SAFETY: this is the only test in this process, and trybuild starts no thread of
    // its own that reads the environment.
    unsafe { std::env::set_var("OUT_DIR", env!("OUT_DIR")) };
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
    cases.pass("ui/pass/*.rs");
    drop(cases);
    // SAFETY: as above.
    unsafe { std::env::remove_var("OUT_DIR") };
    trybuild::TestCases::new().compile_fail("ui/no_build_script/*.rs");
}
