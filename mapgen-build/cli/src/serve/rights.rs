//! Giving up the rights that are not needed.

use std::io;

use rustix::thread::{
    CapabilitySet, CapabilitySets, capabilities, clear_ambient_capability_set,
    remove_capability_from_bounding_set, set_capabilities, set_no_new_privs,
};

/// What looking at maps takes, and what for.
const NEEDED: [(CapabilitySet, &str); 3] = [
    // The program that counts, which reads memory of the kernel.
    (CapabilitySet::BPF, "CAP_BPF"),
    (CapabilitySet::PERFMON, "CAP_PERFMON"),
    // `BPF_MAP_GET_NEXT_ID` and `BPF_MAP_GET_FD_BY_ID`.
    (CapabilitySet::SYS_ADMIN, "CAP_SYS_ADMIN"),
];

/// Gives up for good every capability but those for looking at maps, the last only where maps
/// are found by their ids; what is kept, in a sentence. It is about this thread, and those that
/// it starts.
pub(super) fn drop_others(by_id: bool) -> io::Result<String> {
    let needed = if by_id { &NEEDED[..] } else { &NEEDED[..2] };
    let wanted = needed
        .iter()
        .fold(CapabilitySet::empty(), |all, (one, _)| all | *one);
    set_no_new_privs(true)?;
    let had = capabilities(None)?.permitted;
    if had.contains(CapabilitySet::SETPCAP) {
        let each = (0..u64::BITS).map(|number| CapabilitySet::from_bits_retain(1 << number));
        for capability in each.filter(|capability| !wanted.contains(*capability)) {
            if remove_capability_from_bounding_set(capability).is_err() {
                // The kernel knows no capability of this number, nor of a larger one.
                break;
            }
        }
    }
    clear_ambient_capability_set()?;
    let kept = had & wanted;
    set_capabilities(
        None,
        CapabilitySets {
            effective: kept,
            permitted: kept,
            inheritable: CapabilitySet::empty(),
        },
    )?;
    let kept: Vec<&str> = needed
        .iter()
        .filter(|(capability, _)| kept.contains(*capability))
        .map(|(_, name)| *name)
        .collect();
    Ok(match kept.is_empty() {
        true => "it has no capabilities".to_owned(),
        false => format!("it keeps {}, and no other capability", kept.join(", ")),
    })
}
