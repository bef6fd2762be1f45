//! Rows of the benchmark: what is measured, and how.
//!
//! The variants of a row take turns in every round, each in another order, so that
//! whatever else the machine does meets all of them. A ratio is the median of those of
//! each round to the floor's time in it.

use std::time::Duration;

use mapgen_test_support::allocations;

use crate::exact::{self, Exact};

/// One way to do what a row measures.
pub(crate) struct Variant<'a> {
    name: String,
    prepare: Box<dyn FnMut(u32) + 'a>,
    run: Box<dyn FnMut(u32) + 'a>,
}

impl<'a> Variant<'a> {
    /// An operation, by its number.
    pub(crate) fn each(name: impl Into<String>, mut operation: impl FnMut(u32) + 'a) -> Self {
        Self::all(name, move |count| {
            for index in 0..count {
                operation(index);
            }
        })
    }

    /// So many operations.
    pub(crate) fn all(name: impl Into<String>, run: impl FnMut(u32) + 'a) -> Self {
        Self {
            name: name.into(),
            prepare: Box::new(|_| {}),
            run: Box::new(run),
        }
    }

    /// What so many operations need done before, which is not measured.
    pub(crate) fn after(mut self, prepare: impl FnMut(u32) + 'a) -> Self {
        self.prepare = Box::new(prepare);
        self
    }

    pub(crate) fn prepare(&mut self, count: u32) {
        (self.prepare)(count);
    }

    pub(crate) fn run(&mut self, count: u32) {
        (self.run)(count);
    }

    /// Nanoseconds for so many operations, and allocations.
    fn time(&mut self, count: u32) -> (f64, f64) {
        self.prepare(count);
        let mut nanos = 0.0;
        let allocations = allocations::count(|| {
            let start = processor_time();
            self.run(count);
            nanos = (processor_time() - start).as_secs_f64() * 1e9;
        });
        (nanos, allocations as f64)
    }
}

/// What must hold.
#[derive(Clone, Copy)]
pub(crate) struct Bars {
    /// Of the floor, on a quiet machine.
    pub(crate) ratio: Option<f64>,
    /// Nanoseconds for one element, which will do where the ratio does not hold.
    pub(crate) nanos: Option<f64>,
    /// Allocations of one operation.
    pub(crate) allocations: Option<f64>,
    /// System calls of one operation beyond those of the floor.
    pub(crate) calls: Option<f64>,
    /// Instructions of one operation beyond those of the floor, on x86-64.
    pub(crate) instructions: Option<f64>,
}

/// How much more than the target a ratio may be before it is a failure: times are noisy
/// where others work on the same machine.
const SLACK: f64 = 1.10;

/// What is measured.
pub(crate) struct Row<'a> {
    pub(crate) name: &'static str,
    pub(crate) floor: Variant<'a>,
    pub(crate) ours: Variant<'a>,
    pub(crate) peers: Vec<Variant<'a>>,
    /// Operations in a turn.
    pub(crate) turn: u32,
    pub(crate) rounds: usize,
    /// Rounds with the peers in them: some take their time.
    pub(crate) peer_rounds: usize,
    /// Elements that one operation is about.
    pub(crate) elements: f64,
    /// Over how many operations instructions and calls are counted, of mapgen and the floor.
    pub(crate) stepped: u32,
    pub(crate) bars: Bars,
}

/// What came of a variant.
pub(crate) struct Measured {
    pub(crate) name: String,
    /// To the floor.
    pub(crate) ratio: f64,
    /// Of one element.
    pub(crate) nanos: f64,
    /// Of one operation.
    pub(crate) allocations: f64,
    pub(crate) exact: Option<Exact>,
}

/// What came of a row.
pub(crate) struct Figure {
    pub(crate) name: &'static str,
    pub(crate) floor: Measured,
    pub(crate) ours: Measured,
    pub(crate) peers: Vec<Measured>,
    pub(crate) bars: Bars,
    /// What does not hold.
    pub(crate) missed: Vec<String>,
}

impl Row<'_> {
    /// Measures it.
    pub(crate) fn measure(self) -> Figure {
        let Self { turn, rounds, .. } = self;
        let mut variants: Vec<_> = [self.floor, self.ours]
            .into_iter()
            .chain(self.peers)
            .collect();
        let mut exact = vec![None; variants.len()];
        if self.stepped > 0 {
            exact[0] = exact::of(&mut variants[0], self.stepped);
            exact[1] = exact::of(&mut variants[1], self.stepped);
        }
        // By variant and round.
        let mut times = vec![vec![]; variants.len()];
        let mut allocated = times.clone();
        for round in 0..rounds {
            let taking_part = if round < self.peer_rounds {
                variants.len()
            } else {
                2
            };
            for turn_of in 0..taking_part {
                let index = (round + turn_of) % taking_part;
                let (nanos, allocations) = variants[index].time(turn);
                times[index].push(nanos);
                allocated[index].push(allocations);
            }
        }
        let floor = times[0].clone();
        let mut measured = times
            .iter()
            .zip(&variants)
            .zip(allocated.into_iter().zip(exact))
            .map(|((times, variant), (allocated, exact))| Measured {
                name: variant.name.clone(),
                ratio: median(times.iter().zip(&floor).map(|(time, floor)| time / floor)),
                nanos: median(times.iter().copied()) / (f64::from(turn) * self.elements),
                // What is made once, and kept, is made in the first round.
                allocations: median(allocated.into_iter()) / f64::from(turn),
                exact,
            });
        let (Some(floor), Some(ours)) = (measured.next(), measured.next()) else {
            unreachable!("they are the first two variants")
        };
        Figure {
            name: self.name,
            missed: self.bars.missed(&floor, &ours),
            floor,
            ours,
            peers: measured.collect(),
            bars: self.bars,
        }
    }
}

impl Bars {
    fn missed(&self, floor: &Measured, ours: &Measured) -> Vec<String> {
        let mut missed = vec![];
        let mut check = |what: &str, found: f64, most: Option<f64>| {
            if let Some(most) = most.filter(|most| found > *most) {
                missed.push(format!("{what}: {found:.2}, and {most:.2} is the most"));
            }
        };
        // Either will do.
        if self.nanos.is_none_or(|most| ours.nanos > SLACK * most) {
            check("ratio", ours.ratio, self.ratio.map(|ratio| SLACK * ratio));
        }
        if self.ratio.is_none() {
            check(
                "nanoseconds",
                ours.nanos,
                self.nanos.map(|nanos| SLACK * nanos),
            );
        }
        check("allocations", ours.allocations, self.allocations);
        if let (Some(floor), Some(ours)) = (floor.exact, ours.exact) {
            check("system calls more", ours.calls - floor.calls, self.calls);
            if cfg!(target_arch = "x86_64") {
                let more = ours.instructions - floor.instructions;
                check("instructions more", more, self.instructions);
            }
        }
        missed
    }
}

/// What this thread spent on processors so far, in the kernel too: a variant that takes long
/// is not charged for the turns that others take on a busy machine.
fn processor_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` is valid for the call.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(status, 0, "every thread has such a clock");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The middle one.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::{Bars, Measured};
    use crate::exact::Exact;

    const BARS: Bars = Bars {
        ratio: Some(1.02),
        nanos: None,
        allocations: Some(0.0),
        calls: Some(0.0),
        instructions: Some(50.0),
    };

    fn measured(ratio: f64, allocations: f64, instructions: f64, calls: f64) -> Measured {
        Measured {
            name: "test".into(),
            ratio,
            nanos: 100.0 * ratio,
            allocations,
            exact: Some(Exact {
                instructions,
                calls,
            }),
        }
    }

    fn missed(bars: Bars, ours: &Measured) -> usize {
        bars.missed(&measured(1.0, 0.0, 20.0, 1.0), ours).len()
    }

    #[test]
    fn what_is_within_its_bars_is_not_missed() {
        assert_eq!(missed(BARS, &measured(1.1, 0.0, 60.0, 1.0)), 0);
    }

    #[test]
    fn each_bar_can_be_missed() {
        assert_eq!(missed(BARS, &measured(1.13, 0.0, 60.0, 1.0)), 1);
        assert_eq!(missed(BARS, &measured(1.0, 0.5, 60.0, 1.0)), 1);
        assert_eq!(missed(BARS, &measured(1.0, 0.0, 60.0, 2.0)), 1);
        let instructions = usize::from(cfg!(target_arch = "x86_64"));
        assert_eq!(missed(BARS, &measured(1.0, 0.0, 71.0, 1.0)), instructions);
    }

    #[test]
    fn few_nanoseconds_make_up_for_a_ratio() {
        let bars = Bars {
            nanos: Some(200.0),
            ..BARS
        };
        assert_eq!(missed(bars, &measured(1.9, 0.0, 20.0, 1.0)), 0);
        assert_eq!(missed(bars, &measured(2.5, 0.0, 20.0, 1.0)), 1);
        let only = Bars {
            ratio: None,
            ..bars
        };
        assert_eq!(missed(only, &measured(2.5, 0.0, 20.0, 1.0)), 1);
    }
}
