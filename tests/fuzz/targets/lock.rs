//! Text as `mapgen.layout`: what reads is written and reads back the same, and an object can be
//! held against it and be taken into it.
#![no_main]

use mapgen_build::lock::Lock;

libfuzzer_sys::fuzz_target!(|input: &str| {
    let mut lock = match Lock::parse(input, "mapgen.layout") {
        Ok(lock) => lock,
        Err(error) => return assert!(error.to_string().contains("mapgen.layout")),
    };
    let again = |lock: &Lock| {
        let text = lock.to_string();
        let read = Lock::parse(&text, "mapgen.layout").expect("it was written just now");
        assert_eq!(read.to_string(), text);
    };
    again(&lock);
    let [object] = mapgen_fuzz::sample();
    for finding in lock.check(&object.schema, &[]) {
        assert!(!finding.to_string().is_empty());
    }
    lock.accept(&object.schema, &[]);
    again(&lock);
    assert!(lock.check(&object.schema, &[]).is_empty());
});
