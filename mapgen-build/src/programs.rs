//! Entry programs: what they are, and which helpers and maps they and the sub-programs
//! they call use.
//!
//! Which symbols are programs is libbpf's `bpf_object__add_programs`; what an
//! instruction refers to is its `bpf_program__record_reloc`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use mapgen_schema::{Endian, Program, codes};
use object::elf::{STT_FUNC, STT_SECTION};

use crate::elf::{Elf, Kind, Section, Symbol};
use crate::error::Finding;
use crate::facts;
use crate::maps::Defined;
use crate::sections::is_data;

/// The size of an instruction.
const INSN: u64 = 8;
/// Functions, helpers and maps that all programs may reach together. Every program lists
/// its own, so that they grow by the square of what is in the object.
const MAX_REACHED: usize = 1_000_000;
const CALL: u8 = 0x85;
const LOAD_IMM64: u8 = 0x18;
const PSEUDO_CALL: u8 = 1;
const PSEUDO_KFUNC_CALL: u8 = 2;
const PSEUDO_FUNC: u8 = 4;

/// What one function uses itself.
#[derive(Default)]
struct Uses {
    helpers: BTreeSet<u32>,
    /// Positions in the list of maps and sections.
    maps: BTreeSet<usize>,
    /// Section and offset of functions.
    calls: BTreeSet<(usize, u64)>,
}

struct Function<'a> {
    section: usize,
    symbol: &'a Symbol<'a>,
}

/// The entry programs of an object, in its order.
///
/// `sections` are the data sections that became maps.
pub(crate) fn read(
    elf: &Elf<'_>,
    maps: &[Defined],
    sections: &[mapgen_schema::Section],
    findings: &mut Vec<Finding>,
) -> Vec<Program> {
    let mut functions = BTreeMap::new();
    let text = elf.section(".text").map(|(index, _)| index);
    let mut entries = Vec::new();
    for symbol in elf.symbols.iter().filter(|symbol| symbol.kind == STT_FUNC) {
        let Some(section) = symbol.section else {
            continue;
        };
        let code = &elf.sections[section];
        if code.kind != Kind::Code {
            continue;
        }
        if symbol
            .value
            .checked_add(symbol.size)
            .is_none_or(|end| end > code.size)
        {
            findings.push(
                Finding::new(
                    codes::damaged_elf,
                    format!(
                        "it takes {} bytes at {}, its section `{}` has {} bytes",
                        symbol.size, symbol.value, code.name, code.size
                    ),
                )
                .at(format!("function `{}`", symbol.name)),
            );
            continue;
        }
        functions.insert((section, symbol.value), Function { section, symbol });
        // Static functions outside `.text` are refused by libbpf as programs.
        if Some(section) != text && symbol.global {
            entries.push((section, symbol.value));
        }
    }
    if overlap(&functions, findings) {
        return Vec::new();
    }
    entries.sort_unstable();
    let reader = Reader {
        elf,
        maps,
        sections,
    };
    let mut uses = HashMap::new();
    let mut room = MAX_REACHED;
    let programs = entries
        .iter()
        .map_while(|entry| reader.program(*entry, &functions, &mut uses, &mut room))
        .collect();
    if room == 0 {
        findings.push(Finding::new(
            codes::beyond_limits,
            format!(
                "its programs reach more than {MAX_REACHED} functions, helpers and maps, counted \
             for each program: split the object"
            ),
        ));
    }
    programs
}

/// Reports functions that begin inside of another one. Two names of one function do not.
fn overlap(functions: &BTreeMap<Place, Function<'_>>, findings: &mut Vec<Finding>) -> bool {
    let before = findings.len();
    let pairs = functions.values().zip(functions.values().skip(1));
    for (one, next) in pairs.filter(|(one, next)| one.section == next.section) {
        // Inside of its section, or it would not be here.
        let end = one.symbol.value + one.symbol.size;
        if end > next.symbol.value {
            findings.push(
                Finding::new(
                    codes::damaged_elf,
                    format!(
                        "it ends at {end}, and `{}` begins at {}",
                        next.symbol.name, next.symbol.value
                    ),
                )
                .at(format!("function `{}`", one.symbol.name)),
            );
        }
    }
    findings.len() > before
}

struct Reader<'a> {
    elf: &'a Elf<'a>,
    maps: &'a [Defined],
    sections: &'a [mapgen_schema::Section],
}

type Place = (usize, u64);

impl Reader<'_> {
    /// `None` when `room` is used up.
    fn program(
        &self,
        entry: Place,
        functions: &BTreeMap<Place, Function<'_>>,
        uses: &mut HashMap<Place, Uses>,
        room: &mut usize,
    ) -> Option<Program> {
        let mut reached = BTreeSet::from([entry]);
        let mut queue = vec![entry];
        let mut helpers = BTreeSet::new();
        let mut maps = BTreeSet::new();
        while let Some(place) = queue.pop() {
            let Some(function) = functions.get(&place) else {
                continue;
            };
            let uses = uses.entry(place).or_insert_with(|| self.uses(function));
            let here = 1 + uses.helpers.len() + uses.maps.len() + uses.calls.len();
            *room = room.saturating_sub(here);
            if *room == 0 {
                return None;
            }
            helpers.extend(uses.helpers.iter().copied());
            maps.extend(uses.maps.iter().copied());
            for &(section, offset) in &uses.calls {
                // A call may lead into the middle of what a symbol covers.
                let callee = functions
                    .range((section, 0)..=(section, offset))
                    .next_back()
                    .map(|(&place, _)| place);
                queue.extend(callee.filter(|&callee| reached.insert(callee)));
            }
        }
        let function = &functions[&entry];
        let section = self.elf.sections[function.section].name;
        let mut helpers: Vec<String> = helpers.into_iter().map(facts::helper_name).collect();
        helpers.sort();
        Some(Program {
            name: function.symbol.name.to_owned(),
            section: section.to_owned(),
            kind: kind(section).to_owned(),
            insns: u32::try_from(function.symbol.size / INSN).unwrap_or(u32::MAX),
            helpers,
            maps: maps.into_iter().map(|index| self.map_name(index)).collect(),
        })
    }

    fn map_name(&self, index: usize) -> String {
        match self.maps.get(index) {
            Some(defined) => defined.map.name.clone(),
            None => self.sections[index - self.maps.len()].name.clone(),
        }
    }

    fn uses(&self, function: &Function<'_>) -> Uses {
        let section = &self.elf.sections[function.section];
        let (start, size) = (function.symbol.value, function.symbol.size);
        let mut uses = Uses::default();
        let mut at = start;
        while at < start + size {
            let Some(insn) = Insn::read(section, self.elf.endian, at) else {
                break;
            };
            let symbol = section
                .relocation(at)
                .and_then(|relocation| self.elf.symbols.get(relocation.symbol));
            match (insn.code, symbol) {
                (CALL, None) if insn.src == 0 => {
                    uses.helpers.insert(insn.imm as u32);
                }
                (CALL, None) if insn.src == PSEUDO_CALL => {
                    let target = at.wrapping_add_signed(INSN as i64 * (i64::from(insn.imm) + 1));
                    uses.calls.insert((function.section, target));
                }
                (CALL, Some(symbol)) if insn.src != PSEUDO_KFUNC_CALL => {
                    // Undefined: a kfunc or a function of another object.
                    if let Some(callee) = symbol.section {
                        let offset = INSN as i64 * (i64::from(insn.imm) + 1);
                        uses.calls
                            .insert((callee, symbol.value.wrapping_add_signed(offset)));
                    }
                }
                (LOAD_IMM64, Some(symbol)) => self.address(&insn, symbol, &mut uses),
                (LOAD_IMM64, None) if insn.src == PSEUDO_FUNC => {
                    let target = at.wrapping_add_signed(INSN as i64 * (i64::from(insn.imm) + 1));
                    uses.calls.insert((function.section, target));
                }
                _ => {}
            }
            at += if insn.code == LOAD_IMM64 {
                2 * INSN
            } else {
                INSN
            };
        }
        uses
    }

    /// An address that is loaded: of a map, of a global variable, of a function.
    fn address(&self, insn: &Insn, symbol: &Symbol<'_>, uses: &mut Uses) {
        let Some(index) = symbol.section else {
            // An extern: of `.kconfig`, whose section is a map, or of `.ksyms`.
            let is_extern = |section: &mapgen_schema::Section| {
                section.name == ".kconfig" && section.vars.iter().any(|v| v.name == symbol.name)
            };
            let kconfig = self.sections.iter().position(is_extern);
            uses.maps
                .extend(kconfig.map(|index| self.maps.len() + index));
            return;
        };
        let section = &self.elf.sections[index];
        let offset = match symbol.kind {
            STT_SECTION => symbol.value.wrapping_add_signed(i64::from(insn.imm)),
            _ => symbol.value,
        };
        let map = self.maps.iter().position(|defined| {
            defined.section == index
                && (defined.offset..defined.offset + defined.size).contains(&offset)
        });
        if let Some(map) = map {
            uses.maps.insert(map);
        } else if is_data(section.name, section.kind) {
            uses.maps.extend(self.position(section.name));
        } else if section.kind == Kind::Code {
            let offset = symbol.value.wrapping_add_signed(i64::from(insn.imm));
            uses.calls.insert((index, offset));
        }
    }

    fn position(&self, section: &str) -> Option<usize> {
        let index = self.sections.iter().position(|s| s.name == section)?;
        Some(self.maps.len() + index)
    }
}

struct Insn {
    code: u8,
    src: u8,
    imm: i32,
}

impl Insn {
    fn read(section: &Section<'_>, endian: Endian, at: u64) -> Option<Self> {
        let at = usize::try_from(at).ok()?;
        let bytes: [u8; 8] = section.data.get(at..at.checked_add(8)?)?.try_into().ok()?;
        let imm = [bytes[4], bytes[5], bytes[6], bytes[7]];
        // The registers share a byte, in the order of the bit-fields of `struct bpf_insn`.
        let (src, imm) = match endian {
            Endian::Little => (bytes[1] >> 4, i32::from_le_bytes(imm)),
            Endian::Big => (bytes[1] & 0xf, i32::from_be_bytes(imm)),
        };
        Some(Self {
            code: bytes[0],
            src,
            imm,
        })
    }
}

/// The program type that libbpf reads off a section's name (`section_defs`); `unspec`
/// where it does not say. Patterns that end in `+` also match `name/…`.
fn kind(section: &str) -> &'static str {
    const KINDS: &[(&str, &[&str])] = &[
        ("socket_filter", &["socket"]),
        ("sk_reuseport", &["sk_reuseport/migrate", "sk_reuseport"]),
        (
            "kprobe",
            &[
                "kprobe+",
                "uprobe+",
                "uprobe.s+",
                "kretprobe+",
                "uretprobe+",
                "uretprobe.s+",
                "kprobe.multi+",
                "kretprobe.multi+",
                "kprobe.session+",
                "uprobe.multi+",
                "uretprobe.multi+",
                "uprobe.session+",
                "uprobe.multi.s+",
                "uretprobe.multi.s+",
                "uprobe.session.s+",
                "ksyscall+",
                "kretsyscall+",
                "usdt+",
                "usdt.s+",
            ],
        ),
        (
            "sched_cls",
            &[
                "tc/ingress",
                "tc/egress",
                "tcx/ingress",
                "tcx/egress",
                "tc",
                "classifier",
                "netkit/primary",
                "netkit/peer",
            ],
        ),
        ("sched_act", &["action"]),
        ("tracepoint", &["tracepoint+", "tp+"]),
        ("raw_tracepoint", &["raw_tracepoint+", "raw_tp+"]),
        (
            "raw_tracepoint_writable",
            &["raw_tracepoint.w+", "raw_tp.w+"],
        ),
        (
            "tracing",
            &[
                "tp_btf+",
                "fentry+",
                "fmod_ret+",
                "fexit+",
                "fentry.s+",
                "fmod_ret.s+",
                "fexit.s+",
                "fsession+",
                "fsession.s+",
                "iter+",
                "iter.s+",
            ],
        ),
        ("ext", &["freplace+"]),
        ("lsm", &["lsm+", "lsm.s+", "lsm_cgroup+"]),
        ("syscall", &["syscall"]),
        (
            "xdp",
            &[
                "xdp.frags/devmap",
                "xdp/devmap",
                "xdp.frags/cpumap",
                "xdp/cpumap",
                "xdp.frags",
                "xdp",
            ],
        ),
        ("perf_event", &["perf_event"]),
        ("lwt_in", &["lwt_in"]),
        ("lwt_out", &["lwt_out"]),
        ("lwt_xmit", &["lwt_xmit"]),
        ("lwt_seg6local", &["lwt_seg6local"]),
        ("sock_ops", &["sockops"]),
        (
            "sk_skb",
            &[
                "sk_skb/stream_parser",
                "sk_skb/stream_verdict",
                "sk_skb/verdict",
                "sk_skb",
            ],
        ),
        ("sk_msg", &["sk_msg"]),
        ("lirc_mode2", &["lirc_mode2"]),
        ("flow_dissector", &["flow_dissector"]),
        (
            "cgroup_skb",
            &["cgroup_skb/ingress", "cgroup_skb/egress", "cgroup/skb"],
        ),
        (
            "cgroup_sock",
            &[
                "cgroup/sock_create",
                "cgroup/sock_release",
                "cgroup/sock",
                "cgroup/post_bind4",
                "cgroup/post_bind6",
            ],
        ),
        (
            "cgroup_sock_addr",
            &[
                "cgroup/bind4",
                "cgroup/bind6",
                "cgroup/connect4",
                "cgroup/connect6",
                "cgroup/connect_unix",
                "cgroup/sendmsg4",
                "cgroup/sendmsg6",
                "cgroup/sendmsg_unix",
                "cgroup/recvmsg4",
                "cgroup/recvmsg6",
                "cgroup/recvmsg_unix",
                "cgroup/getpeername4",
                "cgroup/getpeername6",
                "cgroup/getpeername_unix",
                "cgroup/getsockname4",
                "cgroup/getsockname6",
                "cgroup/getsockname_unix",
            ],
        ),
        ("cgroup_sysctl", &["cgroup/sysctl"]),
        (
            "cgroup_sockopt",
            &["cgroup/getsockopt", "cgroup/setsockopt"],
        ),
        ("cgroup_device", &["cgroup/dev"]),
        ("struct_ops", &["struct_ops+", "struct_ops.s+"]),
        ("sk_lookup", &["sk_lookup"]),
        ("netfilter", &["netfilter"]),
    ];
    // A leading `?` means: not loaded unless asked for.
    let section = section.strip_prefix('?').unwrap_or(section);
    let matches = |pattern: &str| match pattern.strip_suffix('+') {
        Some(stem) => section
            .strip_prefix(stem)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
        None => section == pattern,
    };
    KINDS
        .iter()
        .find(|(_, patterns)| patterns.iter().any(|pattern| matches(pattern)))
        .map_or("unspec", |(kind, _)| kind)
}
