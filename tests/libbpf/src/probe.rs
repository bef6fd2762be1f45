//! What the running kernel has, asked by loading the smallest program or map.

use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::io::Read as _;
use std::os::fd::{FromRawFd as _, OwnedFd};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::opened::text;
use crate::sys;

/// Whether this process may probe at all.
pub fn is_permitted() -> bool {
    map_type(sys::BPF_MAP_TYPE_ARRAY) == Some(true)
        && program_type(sys::BPF_PROG_TYPE_SOCKET_FILTER) == Some(true)
}

fn answer(status: i32) -> Option<bool> {
    match status {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

/// Whether the kernel has a map type; `None` when libbpf cannot tell.
pub fn map_type(number: u32) -> Option<bool> {
    // SAFETY: no options.
    answer(unsafe { sys::libbpf_probe_bpf_map_type(number, std::ptr::null()) })
}

/// Whether the kernel has a program type; `None` when libbpf cannot tell.
pub fn program_type(number: u32) -> Option<bool> {
    // SAFETY: no options.
    let there = answer(unsafe { sys::libbpf_probe_bpf_prog_type(number, std::ptr::null()) });
    // Of these libbpf compares the words of the verifier, which kernels change.
    match number {
        sys::BPF_PROG_TYPE_TRACING | sys::BPF_PROG_TYPE_EXT | sys::BPF_PROG_TYPE_LSM => {
            there.filter(|there| *there)
        }
        _ => there,
    }
}

/// The program types that libbpf knows: number and name.
pub fn program_types() -> Vec<(u32, String)> {
    (1..64)
        .map_while(|number| {
            // SAFETY: libbpf gives null for what it does not know.
            let name = unsafe { sys::libbpf_bpf_prog_type_str(number) };
            (!name.is_null()).then(|| (number, text(name)))
        })
        .collect()
}

/// A kind of program that the kernel loads, to call helpers from.
#[derive(Clone, Copy, Default)]
pub struct Caller {
    program_type: u32,
    attach_type: u32,
    /// A function of the kernel.
    target: u32,
    flags: u32,
}

/// One for each program type that the kernel has, as far as they load without a device.
pub fn callers() -> Vec<Caller> {
    const SLEEPABLE: u32 = 1 << 4;
    let traced = |program_type, attach_type, function: &CStr| Caller {
        program_type,
        attach_type,
        // SAFETY: the name is a C string.
        target: unsafe { sys::libbpf_find_vmlinux_btf_id(function.as_ptr(), attach_type) }
            .try_into()
            .unwrap_or(0),
        ..Caller::default()
    };
    let mut callers = vec![
        traced(
            sys::BPF_PROG_TYPE_TRACING,
            sys::BPF_TRACE_FENTRY,
            c"vfs_read",
        ),
        traced(
            sys::BPF_PROG_TYPE_TRACING,
            sys::BPF_TRACE_RAW_TP,
            c"kfree_skb",
        ),
        traced(sys::BPF_PROG_TYPE_TRACING, sys::BPF_TRACE_ITER, c"task"),
        traced(sys::BPF_PROG_TYPE_LSM, sys::BPF_LSM_MAC, c"file_open"),
        traced(
            sys::BPF_PROG_TYPE_LSM,
            sys::BPF_LSM_MAC,
            c"bprm_creds_for_exec",
        ),
    ];
    callers.retain(|caller| caller.target != 0);
    let sleepable = |caller: &Caller| Caller {
        flags: SLEEPABLE,
        ..*caller
    };
    let all_sleepable: Vec<_> = callers.iter().map(sleepable).collect();
    callers.extend(all_sleepable);
    // Where a type needs to know what it is attached to, the first of its ways does.
    for (program_type, attach_type, flags) in [
        (sys::BPF_PROG_TYPE_SYSCALL, 0, SLEEPABLE),
        (
            sys::BPF_PROG_TYPE_CGROUP_SOCK_ADDR,
            sys::BPF_CGROUP_INET4_CONNECT,
            0,
        ),
        (
            sys::BPF_PROG_TYPE_CGROUP_SOCKOPT,
            sys::BPF_CGROUP_SETSOCKOPT,
            0,
        ),
        (
            sys::BPF_PROG_TYPE_CGROUP_SOCK,
            sys::BPF_CGROUP_INET_SOCK_CREATE,
            0,
        ),
        (sys::BPF_PROG_TYPE_SK_LOOKUP, sys::BPF_SK_LOOKUP, 0),
        (
            sys::BPF_PROG_TYPE_SK_REUSEPORT,
            sys::BPF_SK_REUSEPORT_SELECT,
            0,
        ),
        (sys::BPF_PROG_TYPE_NETFILTER, sys::BPF_NETFILTER, 0),
    ] {
        callers.push(Caller {
            program_type,
            attach_type,
            flags,
            target: 0,
        });
    }
    callers.extend(program_types().into_iter().map(|(program_type, _)| Caller {
        program_type,
        ..Caller::default()
    }));
    callers.retain(|caller| caller.load(&[], "GPL").0);
    callers
}

impl Caller {
    /// Whether such a program may call a helper; `None` when the verifier does not say.
    pub fn may_call(&self, helper: u32) -> Option<bool> {
        let (loads, said) = self.call(helper, "GPL");
        // "unknown func", "invalid func", "program of this type cannot use helper".
        let refused = ["unknown func", "invalid func", "cannot use helper"];
        match refused.iter().any(|words| said.contains(words)) {
            true => Some(false),
            false => (loads || said.contains("call")).then_some(true),
        }
    }

    fn call(&self, helper: u32, license: &str) -> (bool, String) {
        let imm = i32::try_from(helper).unwrap_or(-1);
        let call = sys::bpf_insn {
            code: 0x85,
            imm,
            ..Default::default()
        };
        self.load(&[call], license)
    }

    /// Loads a program of these instructions that returns 0 or 1, whichever is taken; and
    /// what the verifier says.
    fn load(&self, start: &[sys::bpf_insn], license: &str) -> (bool, String) {
        let tried = [0, 1].map(|result| self.load_result(start, result, license));
        let [zero, one] = tried;
        if zero.0 {
            zero
        } else if one.0 {
            one
        } else {
            zero
        }
    }

    fn load_result(&self, start: &[sys::bpf_insn], result: i32, license: &str) -> (bool, String) {
        let set = sys::bpf_insn {
            code: 0xb7,
            imm: result,
            ..Default::default()
        };
        let exit = sys::bpf_insn {
            code: 0x95,
            ..Default::default()
        };
        let insns = [start, &[set, exit]].concat();
        let license = CString::new(license).expect("a licence without NUL");
        let mut log = vec![0_u8; 1 << 14];
        let mut options = sys::bpf_prog_load_opts {
            sz: size_of::<sys::bpf_prog_load_opts>() as sys::size_t,
            expected_attach_type: self.attach_type,
            attach_btf_id: self.target,
            prog_flags: self.flags,
            log_buf: log.as_mut_ptr().cast(),
            log_size: log.len() as u32,
            log_level: 1,
            ..Default::default()
        };
        // SAFETY: instructions, licence and log live for the call, with the sizes that are
        // said.
        let fd = unsafe {
            sys::bpf_prog_load(
                self.program_type,
                std::ptr::null(),
                license.as_ptr(),
                insns.as_ptr(),
                insns.len() as sys::size_t,
                &raw mut options,
            )
        };
        if fd >= 0 {
            // SAFETY: it was opened just now.
            drop(unsafe { OwnedFd::from_raw_fd(fd) });
        }
        let said = CStr::from_bytes_until_nul(&log).unwrap_or_default();
        (fd >= 0, said.to_string_lossy().into_owned())
    }
}

/// Those that load whatever their licence: LSM programs need a GPL-compatible one, whatever
/// they call.
pub fn of_any_licence(mut callers: Vec<Caller>) -> Vec<Caller> {
    callers.retain(|caller| caller.load(&[], "Proprietary").0);
    callers
}

/// Whether only GPL-compatible programs may call a helper; `None` when none of these, which
/// are [`of_any_licence`], may call it at all.
pub fn is_gpl_only(callers: &[Caller], helper: u32) -> Option<bool> {
    let caller = callers
        .iter()
        .find(|caller| caller.may_call(helper) == Some(true))?;
    let (loads, said) = caller.call(helper, "Proprietary");
    // "cannot call GPL-restricted function from non-GPL compatible program".
    let kept = said.contains("GPL");
    (loads || kept || said.contains("call")).then_some(kept)
}

/// Whether the kernel takes a licence for GPL-compatible.
pub fn is_gpl_compatible(license: &str) -> Option<bool> {
    /// `bpf_trace_printk`.
    const KEPT: u32 = 6;
    let caller = Caller {
        program_type: sys::BPF_PROG_TYPE_KPROBE,
        ..Caller::default()
    };
    is_gpl_only(&[caller], KEPT).filter(|kept| *kept)?;
    Some(!caller.call(KEPT, license).1.contains("GPL"))
}

/// The configuration of the running kernel, where it says it.
pub fn config() -> Option<&'static str> {
    static CONFIG: OnceLock<Option<String>> = OnceLock::new();
    CONFIG
        .get_or_init(|| {
            let mut zcat = Command::new("zcat")
                .arg("/proc/config.gz")
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .ok()?;
            let mut config = String::new();
            zcat.stdout.take()?.read_to_string(&mut config).ok()?;
            zcat.wait().ok()?.success().then_some(config)
        })
        .as_deref()
}

/// What the running kernel's BTF declares.
pub struct KernelBtf {
    functions: Vec<String>,
    enumerators: HashSet<String>,
}

impl KernelBtf {
    /// Reads it; `None` where the kernel has none.
    pub fn load() -> Option<Self> {
        // SAFETY: libbpf finds the file itself.
        let btf = unsafe { sys::btf__load_vmlinux_btf() };
        if btf.is_null() {
            return None;
        }
        let mut found = Self {
            functions: Vec::new(),
            enumerators: HashSet::new(),
        };
        // SAFETY: the BTF is open until it is freed below; ids below the count exist, and
        // the entries of an enumeration follow it.
        unsafe {
            for id in 1..sys::btf__type_cnt(btf) {
                let Some(ty) = sys::btf__type_by_id(btf, id).as_ref() else {
                    continue;
                };
                let (kind, count) = ((ty.info >> 24) & 0x1f, (ty.info & 0xffff) as usize);
                let name = |offset| text(sys::btf__name_by_offset(btf, offset));
                let entries = std::ptr::from_ref(ty).add(1).cast::<u32>();
                let step = match kind {
                    sys::BTF_KIND_FUNC => {
                        found.functions.push(name(ty.name_off));
                        continue;
                    }
                    sys::BTF_KIND_ENUM => 2,
                    sys::BTF_KIND_ENUM64 => 3,
                    _ => continue,
                };
                for index in 0..count {
                    found.enumerators.insert(name(*entries.add(index * step)));
                }
            }
            sys::btf__free(btf);
        }
        Some(found)
    }

    /// Names of its functions.
    pub fn functions(&self) -> impl Iterator<Item = String> + '_ {
        self.functions.iter().cloned()
    }

    /// Whether any enumeration has an enumerator.
    pub fn has_enumerator(&self, name: &str) -> bool {
        self.enumerators.contains(name)
    }
}
