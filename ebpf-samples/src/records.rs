//! `records.bpf.c`: requests to a program, and its answers.

use mapgen_runtime::ebpf_map;

/// The maps, types, globals and programs of `records.bpf.o`.
///
/// None of these maps names the type of its records, so the program does.
#[ebpf_map(object = "records")]
pub mod bpf {
    /// What we ask of the program.
    #[ebpf_map(value = "struct request")]
    pub struct Requests;

    /// What it answers: one of two types, each of which begins with its kind.
    #[ebpf_map(
        value = [
            "struct accepted" = ANSWER_ACCEPTED,
            "struct refused" = ANSWER_REFUSED | ANSWER_MALFORMED,
        ],
        tag = "kind"
    )]
    pub struct Answers;

    /// One event for each time that it ran.
    #[ebpf_map(value = "struct drained")]
    pub struct Drains;
}
