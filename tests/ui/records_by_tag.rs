use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "records")]
mod elsewhere {
    #[ebpf_map(value = ["struct request" = 1, "struct accepted" = 2], tag = "id")]
    pub struct Answers;
}

#[ebpf_map(object = "records")]
mod of_another_width {
    #[ebpf_map(value = ["struct request" = 1, "struct drained" = 2], tag = "id")]
    pub struct Answers;
}

#[ebpf_map(object = "records")]
mod values {
    #[ebpf_map(
        value = ["struct accepted" = ANSWER_ACEPTED | 0x1_0000_0000, "struct refused"],
        tag = "kind"
    )]
    pub struct Answers;
}

#[ebpf_map(object = "records")]
mod same_value {
    #[ebpf_map(
        value = ["struct accepted" = ANSWER_REFUSED, "struct refused" = 2 | -1 | 0xffff_ffff],
        tag = "kind"
    )]
    pub struct Answers;
}

fn main() {}
