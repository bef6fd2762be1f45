//! Text as `mapgen.toml`: what reads can be asked of an object.
#![no_main]

use std::path::Path;

use mapgen_build::policy::File;

libfuzzer_sys::fuzz_target!(|input: &str| {
    match File::parse(input, Path::new("mapgen.toml")) {
        Ok(file) => mapgen_fuzz::guard(mapgen_fuzz::sample(), &file.policy),
        Err(error) => assert!(error.to_string().contains("mapgen.toml")),
    }
});
