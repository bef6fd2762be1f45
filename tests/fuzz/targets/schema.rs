//! Text as a schema: what reads is written and reads back the same.
#![no_main]

use mapgen_schema::text;

libfuzzer_sys::fuzz_target!(|input: &str| {
    let Ok(schema) = text::read(input) else {
        return;
    };
    assert_eq!(text::read(&text::write(&schema)).as_ref(), Ok(&schema));
    mapgen_build::check(&schema).ok();
    mapgen_fuzz::look_up(&schema);
});
