//! The tables of first releases against the running kernel, by probing it.
//!
//! It runs under the kernels of the matrix as well: what a kernel has and the table says
//! came later, or the other way round, fails. What a kernel may lack because it is not
//! configured to have it, or what a probe cannot tell, is printed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;

use mapgen_build::facts::{self, Release};
use mapgen_schema::kinds;
use mapgen_test_libbpf::{probe, quiet};
use mapgen_test_support::{kernel_release, raw_bpf_fd, skipped};

/// What probing gave.
#[derive(Default)]
struct Found {
    wrong: Vec<String>,
    inconclusive: Vec<String>,
    agreed: usize,
}

impl Found {
    /// `there` is `None` where the probe cannot tell.
    fn compare(&mut self, what: &str, since: Option<Release>, there: Option<bool>) {
        let running = running();
        match (since, there) {
            (Some(since), Some(there)) if (since <= running) == there => self.agreed += 1,
            (Some(since), Some(true)) => self
                .wrong
                .push(format!("{what}: since {since}, and Linux {running} has it")),
            (Some(since), Some(false)) => self.wrong.push(format!(
                "{what}: since {since}, and Linux {running} lacks it"
            )),
            (None, Some(true)) => self
                .wrong
                .push(format!("{what}: no table has it, Linux {running} does")),
            (None, Some(false)) => {}
            (_, None) => self.inconclusive.push(what.to_owned()),
        }
    }

    #[track_caller]
    fn report(self, what: &str) {
        let mut err = std::io::stderr();
        if !self.inconclusive.is_empty() {
            writeln!(
                err,
                "inconclusive on Linux {}: {}",
                running(),
                self.inconclusive.join(", ")
            )
            .ok();
        }
        assert!(self.wrong.is_empty(), "{what}: {:#?}", self.wrong);
        assert!(self.agreed > 0, "nothing of {what} was probed");
    }
}

fn running() -> Release {
    let (major, minor) = kernel_release();
    Release { major, minor }
}

fn may_probe() -> bool {
    quiet();
    let may = probe::is_permitted();
    if !may {
        skipped("the right to load programs (CAP_BPF, CAP_SYS_ADMIN)");
    }
    may
}

/// Whether the running kernel is configured to have something; `None` where it does not say.
fn configured(option: &str) -> Option<bool> {
    let config = probe::config()?;
    Some(config.lines().any(|line| line == format!("{option}=y")))
}

/// Kinds that only some configurations have.
fn needs_config(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "cgroup_array" | "cgroup_storage" | "percpu_cgroup_storage" | "cgrp_storage" => {
            "CONFIG_CGROUP_BPF"
        }
        "xskmap" => "CONFIG_XDP_SOCKETS",
        "inode_storage" | "lsm" => "CONFIG_BPF_LSM",
        "stack_trace" => "CONFIG_PERF_EVENTS",
        "lirc_mode2" => "CONFIG_BPF_LIRC_MODE2",
        "netfilter" => "CONFIG_NETFILTER_BPF_LINK",
        "struct_ops" | "tracing" | "ext" => "CONFIG_DEBUG_INFO_BTF",
        "lwt_in" | "lwt_out" | "lwt_xmit" | "lwt_seg6local" => "CONFIG_LWTUNNEL_BPF",
        _ => return None,
    })
}

/// What a kernel lacks that came with it is no mistake where the configuration explains it.
fn explained(name: &str, since: Option<Release>, there: Option<bool>) -> Option<bool> {
    let late = since.is_some_and(|since| since > running());
    match (there, needs_config(name)) {
        (Some(false), Some(option)) if !late && configured(option) != Some(true) => None,
        _ => there,
    }
}

#[test]
fn map_types_came_with_the_release_that_the_table_says() {
    if !may_probe() {
        return;
    }
    let mut found = Found::default();
    for (number, name) in (1..).zip(&kinds::NAMES[1..]) {
        let since = facts::map_type(name);
        let there = explained(name, since, probe::map_type(number));
        found.compare(name, since, there);
    }
    found.report("map types");
}

#[test]
fn program_types_came_with_the_release_that_the_table_says() {
    if !may_probe() {
        return;
    }
    let mut found = Found::default();
    for (number, name) in probe::program_types() {
        let since = facts::program_type(&name);
        let there = explained(&name, since, probe::program_type(number));
        found.compare(&name, since, there);
    }
    found.report("program types");
}

#[test]
fn helpers_came_with_the_release_that_the_table_says() {
    if !may_probe() {
        return;
    }
    let mut found = Found::default();
    let callers = probe::callers();
    let names: BTreeMap<u32, &str> = facts::helpers().collect();
    for (id, name) in names {
        // A helper is there when a program of some type may call it.
        let mut there = None;
        for caller in &callers {
            there = there.max(caller.may_call(id));
            if there == Some(true) {
                break;
            }
        }
        let since = facts::helper(name);
        // Those that only types have which cannot be probed, or that an option adds.
        let late = since.is_some_and(|since| since > running());
        if there == Some(false) && !late {
            there = None;
        }
        found.compare(name, since, there);
    }
    found.report("helpers");
}

#[test]
fn helpers_are_kept_for_gpl_compatible_programs_as_the_table_says() {
    if !may_probe() {
        return;
    }
    let mut found = Found::default();
    let callers = probe::of_any_licence(probe::callers());
    let names: BTreeMap<u32, &str> = facts::helpers().collect();
    for (id, name) in names {
        // Emulated machines are slow.
        if facts::helper(name).is_some_and(|since| since > running()) {
            continue;
        }
        let Some(kept) = probe::is_gpl_only(&callers, id) else {
            found.inconclusive.push(name.to_owned());
            continue;
        };
        match facts::is_gpl_only(name, running()) == kept {
            true => found.agreed += 1,
            false => found
                .wrong
                .push(format!("{name}: Linux {} says {kept}", running())),
        }
    }
    found.report("licences");
}

#[test]
fn licences_are_those_that_the_kernel_takes() {
    if !may_probe() {
        return;
    }
    for license in [
        "GPL",
        "GPL v2",
        "GPL and additional rights",
        "Dual BSD/GPL",
        "Dual MIT/GPL",
        "Dual MPL/GPL",
        "GPL-2.0",
        "gpl",
        "GPLv2",
        "MIT",
        "Proprietary",
        "",
        "Apache-2.0",
        "Dual BSD/GPL ",
        "GPL-2.0-only",
    ] {
        let Some(compatible) = probe::is_gpl_compatible(license) else {
            skipped("a helper that only GPL-compatible programs may call");
            return;
        };
        assert_eq!(facts::is_gpl_compatible(license), compatible, "{license:?}");
    }
}

/// What the kernel's BTF declares says what it was compiled with.
#[test]
fn kfuncs_flags_and_attach_types_came_with_the_release_that_the_tables_say() {
    let Some(btf) = probe::KernelBtf::load() else {
        return skipped("BTF of the running kernel");
    };
    let mut found = Found::default();
    let functions: BTreeSet<String> = btf.functions().collect();
    for name in facts::kfuncs().filter(|name| name.contains("bpf_")) {
        let since = facts::kfunc(name);
        let there = functions.contains(name);
        // Half of them depend on an option, or stand in a module; some were helpers of the
        // kernel itself before.
        match (there, since.is_some_and(|since| since > running())) {
            (false, false) => found.compare(name, since, None),
            _ => found.compare(name, since, Some(there)),
        }
    }
    for bit in 0..32 {
        for flag in facts::flags(1 << bit) {
            let there = btf.has_enumerator(&format!("BPF_F_{}", flag.name));
            found.compare(flag.name, Some(flag.since), Some(there));
        }
    }
    let sections = [
        "kprobe.multi/x",
        "tcx/ingress",
        "netkit/peer",
        "fentry/x",
        "iter/task",
        "uprobe.multi/x:y",
        "uprobe.session/x:y",
        "kprobe.session/x",
        "lsm_cgroup/x",
        "sk_lookup",
        "sk_skb/verdict",
        "sk_reuseport/migrate",
        "cgroup/connect_unix",
        "cgroup/sock_release",
        "cgroup/getpeername4",
        "xdp/devmap",
        "xdp/cpumap",
        "netfilter",
        "fmod_ret/x",
        "lsm/x",
        "cgroup/recvmsg4",
        "cgroup/getsockopt",
        "cgroup/sysctl",
        "fsession/x",
    ];
    for section in sections {
        let kind = facts::section(section).unwrap();
        let attach = kind.attach.unwrap().to_ascii_uppercase();
        let there = btf.has_enumerator(&format!("BPF_{attach}"));
        found.compare(section, Some(kind.since), Some(there));
    }
    found.report("kfuncs, flags and attach types");
}

/// What loaders leave in BTF, given to the kernel as it is.
#[test]
fn btf_is_taken_from_the_release_on_that_the_table_says() {
    if !may_probe() {
        return;
    }
    const BTF_LOAD: i64 = 18;
    let names = b"\0.rodata\0a\0";
    let load = |types: &[u32]| {
        let size = types.len() as u32 * 4;
        // Magic, version and flags; the header's length; then the two parts.
        let header = [0x0001_eb9f, 24, 0, size, size, names.len() as u32];
        let words = header.iter().chain(types);
        let mut blob: Vec<u8> = words.flat_map(|word| word.to_ne_bytes()).collect();
        blob.extend(names);
        let attr = &mut [blob.as_ptr() as u64, 0, blob.len() as u64];
        raw_bpf_fd(BTF_LOAD, attr).is_ok()
    };
    let (int, structure, datasec, enum64) = (1 << 24, 4 << 24, 15 << 24, 19 << 24);
    let kind_flag = 1 << 31;
    // An integer of 32 bits, so that a refusal is about what follows.
    let before = [0, int, 4, 32];
    assert!(load(&before));
    let probes: [(&str, &[u32]); 2] = [
        ("btf_empty_section", &[1, datasec, 8]),
        (
            "btf_enum64_bits",
            &[
                0,
                enum64 | 1,
                8,
                9,
                1,
                0, // 2: enum { a = 1 }
                0,
                kind_flag | structure | 1,
                8,
                9,
                2,
                30 << 24, // struct { enum a : 30; }
            ],
        ),
    ];
    let mut wide = probes[1].1.to_vec();
    wide[11] = 33 << 24;
    assert!(!load(&[&before[..], &wide].concat()));
    let mut found = Found::default();
    for (name, types) in probes {
        let there = load(&[&before, types].concat());
        let since = facts::of_btf(name).map(|need| need.since);
        found.compare(name, since, Some(there));
    }
    found.report("BTF");
}
