//! Which instructions of a function stand behind a guard.
//!
//! A guard is a branch on a value that is fixed before the program runs: whether the
//! kernel has a type, a member, an enumerator (CO-RE), a function (a weak extern of
//! `.ksyms`), a configuration (`.kconfig`), or a constant that the loader sets
//! (`.rodata`). The verifier knows such a value, walks one arm of the branch, and never
//! looks at what stands in the other only.
//!
//! First, values: which registers hold one, by a walk over the blocks until nothing
//! changes. A register that may hold two different ones, or one that went through the
//! stack, counts as unknown: what is not seen to be guarded is not.
//!
//! Then, for an instruction: it is guarded when the guards could decide such that it is
//! not reached. That is, when the start is not among the blocks that reach it whatever the
//! guards decide: the smallest set with its own block, every block with an ordinary branch
//! of which one arm leads into the set, and every guard of which both do.

use super::insn::{
    ADD, ALU, ALU64, CALL, END, Insn, JMP, JMP32, LD, LDX, LOAD_IMM64, MODE_MEM, MODE_MEM_SIGNED,
    MOV, NEG, Next, STX, SUB,
};

/// Functions of more blocks have no guards here; the verifier walks a million
/// instructions at most.
const MAX_BLOCKS: usize = 1 << 16;
/// Blocks that are looked at for all instructions of a function together; what is left is
/// not guarded.
const MAX_STEPS: usize = 1 << 21;

/// From which kernel on the verifier knows the value: always, or since it looks into
/// frozen maps. The order of the declarations is that of the releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Known {
    /// It stands in the instruction that libbpf patched.
    Patched,
    /// It stands in a frozen map: `bpf_map_direct_read` of Linux 5.5.
    Frozen,
}

/// What an instruction loads of what is fixed before the program runs.
#[derive(Clone, Copy)]
pub(crate) enum Source {
    /// A value that libbpf patches into it.
    Patched,
    /// The address of a constant.
    Frozen,
}

/// The instructions of a function, by place of 8 bytes; `None` in the second half of a load.
pub(crate) struct Body<'a> {
    pub(crate) insns: &'a [Option<Insn>],
    /// By place.
    pub(crate) sources: &'a dyn Fn(usize) -> Option<Source>,
}

/// Which places of a function are guarded, and from which kernel on.
///
/// `wanted` are places of instructions; the answers stand in the same order.
pub(crate) fn of(body: &Body<'_>, wanted: &[usize]) -> Vec<Option<Known>> {
    let found = Graph::of(body.insns).map(|mut graph| {
        graph.find_guards(body);
        graph
    });
    let Some(graph) = found.filter(|graph| graph.blocks.iter().any(|block| block.guard.is_some()))
    else {
        return vec![None; wanted.len()];
    };
    let mut search = Search::new(&graph);
    let mut known: Vec<Option<Option<Known>>> = vec![None; graph.blocks.len()];
    let answer = |&place: &usize| {
        let block = graph.block_of(place)?;
        *known[block].get_or_insert_with(|| search.guarded(block))
    };
    wanted.iter().map(answer).collect()
}

struct Graph {
    blocks: Vec<Block>,
}

struct Block {
    /// Places, the second one behind the last.
    start: usize,
    end: usize,
    next: Vec<usize>,
    before: Vec<usize>,
    /// Whether the program may come here, whatever the guards decide.
    reached: bool,
    /// The branch at its end depends on what is fixed.
    guard: Option<Known>,
}

impl Graph {
    /// `None` where control flow cannot be told.
    fn of(insns: &[Option<Insn>]) -> Option<Self> {
        let targets = |place: usize, insn: Insn| -> Option<Vec<usize>> {
            let following = place + insn.places() as usize;
            let to = |distance: i64| {
                let target = i64::try_from(place).ok()?.checked_add(distance)?;
                let target = usize::try_from(target).ok()?;
                insns.get(target)?.is_some().then_some(target)
            };
            Some(match insn.next() {
                Next::Following if following < insns.len() => vec![following],
                // A call that does not return stands last.
                Next::Following => Vec::new(),
                Next::Jump(distance) => vec![to(distance)?],
                Next::Branch(distance) => {
                    let mut both = vec![to(distance)?];
                    if following >= insns.len() {
                        return None;
                    }
                    if both[0] != following {
                        both.push(following);
                    }
                    both
                }
                Next::Nothing => Vec::new(),
                Next::Unknown => return None,
            })
        };
        let mut leads = vec![false; insns.len()];
        *leads.first_mut()? = true;
        let mut ends = Vec::new();
        for (place, insn) in insns.iter().enumerate() {
            let Some(insn) = *insn else { continue };
            let next = targets(place, insn)?;
            let following = place + insn.places() as usize;
            if next[..] != [following] {
                for &target in &next {
                    leads[target] = true;
                }
                if let Some(lead) = leads.get_mut(following) {
                    *lead = true;
                }
                ends.push((place, next));
            }
        }
        let starts: Vec<usize> = (0..insns.len()).filter(|&place| leads[place]).collect();
        if starts.len() > MAX_BLOCKS {
            return None;
        }
        let index = |place: usize| starts.partition_point(|&start| start <= place) - 1;
        let mut blocks: Vec<Block> = starts
            .iter()
            .enumerate()
            .map(|(block, &start)| Block {
                start,
                end: starts.get(block + 1).copied().unwrap_or(insns.len()),
                next: vec![block + 1],
                before: Vec::new(),
                reached: false,
                guard: None,
            })
            .collect();
        for (place, next) in ends {
            blocks[index(place)].next = next.into_iter().map(index).collect();
        }
        let count = blocks.len();
        if blocks.last()?.next.contains(&count) {
            return None;
        }
        let mut graph = Self { blocks };
        graph.link_back();
        Some(graph)
    }

    fn link_back(&mut self) {
        let mut queue = vec![0];
        self.blocks[0].reached = true;
        while let Some(block) = queue.pop() {
            for next in self.blocks[block].next.clone() {
                self.blocks[next].before.push(block);
                if !self.blocks[next].reached {
                    self.blocks[next].reached = true;
                    queue.push(next);
                }
            }
        }
    }

    fn block_of(&self, place: usize) -> Option<usize> {
        let after = self.blocks.partition_point(|block| block.start <= place);
        after.checked_sub(1)
    }

    /// Walks the blocks until the values at their starts no longer change. A register
    /// becomes unknown once and stays so, hence that ends.
    fn find_guards(&mut self, body: &Body<'_>) {
        let mut at_start: Vec<Option<Registers>> = vec![None; self.blocks.len()];
        at_start[0] = Some(Registers::default());
        let mut queue = vec![0];
        while let Some(index) = queue.pop() {
            let block = &self.blocks[index];
            let Some(mut registers) = at_start[index] else {
                continue;
            };
            let mut guard = None;
            for place in block.start..block.end {
                if let Some(insn) = body.insns[place] {
                    guard = registers.guard(insn);
                    registers.run(insn, place, (body.sources)(place));
                }
            }
            for &next in &block.next {
                let changed = match &mut at_start[next] {
                    Some(known) => known.join(&registers),
                    none => {
                        *none = Some(registers);
                        true
                    }
                };
                if changed {
                    queue.push(next);
                }
            }
            self.blocks[index].guard = guard.filter(|_| self.blocks[index].next.len() == 2);
        }
    }
}

/// What a register holds that is fixed before the program runs.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Value {
    /// The place of the instruction that made it: two of one place are equal.
    made_at: u32,
    /// The address of a constant rather than a value.
    address: bool,
    /// `None` for a number of the program itself.
    known: Option<Known>,
}

#[derive(Clone, Copy, Default)]
struct Registers([Option<Value>; 11]);

impl Registers {
    /// Whether something changed.
    fn join(&mut self, other: &Self) -> bool {
        let mut changed = false;
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            if mine.is_some() && mine != theirs {
                *mine = None;
                changed = true;
            }
        }
        changed
    }

    fn get(&self, register: u8) -> Option<Value> {
        *self.0.get(usize::from(register))?
    }

    fn number(&self, register: u8) -> Option<Value> {
        self.get(register).filter(|value| !value.address)
    }

    fn set(&mut self, register: u8, value: Option<Value>) {
        if let Some(slot) = self.0.get_mut(usize::from(register)) {
            *slot = value;
        }
    }

    /// Whether an instruction is a branch on what is fixed, before it runs.
    fn guard(&self, insn: Insn) -> Option<Known> {
        if !matches!(insn.class(), JMP | JMP32) || !matches!(insn.next(), Next::Branch(_)) {
            return None;
        }
        let left = self.number(insn.dst)?;
        let right = match insn.has_source_register() {
            true => self.number(insn.src)?.known,
            false => None,
        };
        left.known.max(right)
    }

    fn run(&mut self, insn: Insn, place: usize, source: Option<Source>) {
        // Objects have less than 4 GiB.
        let made_at = place as u32;
        let number = |known| {
            Some(Value {
                made_at,
                address: false,
                known,
            })
        };
        match insn.class() {
            LD if insn.code == LOAD_IMM64 => {
                let value = match source {
                    Some(Source::Patched) => number(Some(Known::Patched)),
                    Some(Source::Frozen) => Some(Value {
                        made_at,
                        address: true,
                        known: Some(Known::Frozen),
                    }),
                    // A map, a function: what the kernel puts there is not known.
                    None => None,
                };
                self.set(insn.dst, value);
            }
            // Packet loads give their result in register 0, and clobber as calls do.
            LD => self.clobber(),
            JMP if insn.code == CALL => self.clobber(),
            LDX => {
                let frozen = self
                    .get(insn.src)
                    .filter(|value| value.address)
                    .filter(|_| matches!(insn.mode(), MODE_MEM | MODE_MEM_SIGNED));
                self.set(insn.dst, frozen.and_then(|value| number(value.known)));
            }
            // Atomic operations give what was there in one of these.
            STX if insn.mode() != MODE_MEM => {
                for register in [0, insn.src, insn.dst] {
                    self.set(register, None);
                }
            }
            ALU | ALU64 => {
                let patched = source.map(|_| Known::Patched);
                let value = self.arithmetic(insn, made_at, patched);
                self.set(insn.dst, value);
            }
            _ => {}
        }
    }

    fn arithmetic(&self, insn: Insn, made_at: u32, patched: Option<Known>) -> Option<Value> {
        let operation = insn.operation();
        let wide = insn.class() == ALU64;
        let unary = matches!(operation, NEG | END);
        let right = match insn.has_source_register() && !unary {
            true => Some(self.get(insn.src)?),
            false => None,
        };
        if operation == MOV {
            return match right {
                Some(value) if wide && insn.off == 0 => Some(value),
                Some(value) => Some(Value { made_at, ..value }).filter(|_| !value.address),
                None => Some(Value {
                    made_at,
                    address: false,
                    known: patched,
                }),
            };
        }
        let left = self.get(insn.dst)?;
        let moved = wide && matches!(operation, ADD | SUB);
        if right.is_some_and(|right| right.address) || left.address && !moved {
            return None;
        }
        let known = left.known.max(patched).max(right.and_then(|v| v.known));
        Some(Value {
            made_at,
            address: left.address,
            known,
        })
    }

    fn clobber(&mut self) {
        for register in 0..=5 {
            self.set(register, None);
        }
    }
}

/// Looks for the blocks that lead to one whatever the guards decide.
struct Search<'a> {
    graph: &'a Graph,
    /// By block: the search that found it, and the arms that lead on from it.
    found: Vec<(u32, u8)>,
    number: u32,
    steps: usize,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Graph) -> Self {
        Self {
            graph,
            found: vec![(0, 0); graph.blocks.len()],
            number: 0,
            steps: 0,
        }
    }

    fn guarded(&mut self, block: usize) -> Option<Known> {
        // What nothing leads to is refused by kernels that do not remove it.
        if !self.graph.blocks[block].reached || self.is_needed(block, Known::Frozen) {
            return None;
        }
        if self.is_needed(block, Known::Patched) {
            Some(Known::Frozen)
        } else {
            Some(Known::Patched)
        }
    }

    /// Whether the start leads to a block whatever is decided by the guards that kernels
    /// know up to this one.
    fn is_needed(&mut self, wanted: usize, known: Known) -> bool {
        if wanted == 0 || self.steps > MAX_STEPS {
            return true;
        }
        self.number += 1;
        let all_arms = |block: &Block| block.guard.is_some_and(|guard| guard <= known);
        self.found[wanted] = (self.number, u8::MAX);
        let mut queue = vec![wanted];
        while let Some(block) = queue.pop() {
            for &before in &self.graph.blocks[block].before {
                self.steps += 1;
                let (number, arms) = &mut self.found[before];
                if *number != self.number {
                    (*number, *arms) = (self.number, 0);
                }
                if *arms == u8::MAX {
                    continue;
                }
                *arms += 1;
                if *arms < 2 && all_arms(&self.graph.blocks[before]) {
                    continue;
                }
                if before == 0 {
                    return true;
                }
                *arms = u8::MAX;
                queue.push(before);
            }
        }
        false
    }
}
