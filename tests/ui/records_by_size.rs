use mapgen_runtime::ebpf_map;

#[ebpf_map(object = "records")]
mod equal {
    #[ebpf_map(value = ["struct accepted", "struct refused", "struct drained"])]
    pub struct Answers;
}

#[ebpf_map(object = "records")]
mod padded_to_the_same {
    #[ebpf_map(value = ["struct request", "struct refused"])]
    pub struct Drains;
}

#[ebpf_map(object = "records")]
mod without_a_member {
    #[ebpf_map(value = ["struct accepted" = 1, "struct refused"])]
    pub struct Answers;
}

fn main() {}
