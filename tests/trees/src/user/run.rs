// What every binary has behind its bindings: reads what C wrote into each tree, writes the
// same, and prints a line for what differs: the tree, the element, C's bytes and Rust's.

use mapgen_runtime::Bool;
use mapgen_runtime::bytemuck::{self, Pod};

struct Run {
    /// What C printed and no tree has read yet.
    printed: std::vec::IntoIter<u8>,
    tree: u64,
    image: Vec<u8>,
    elements: u64,
}

impl Run {
    fn next(&mut self) -> Vec<u8> {
        let size: Vec<u8> = self.printed.by_ref().take(4).collect();
        let size = u32::from_le_bytes(size.try_into().expect("C printed a size"));
        self.printed.by_ref().take(size as usize).collect()
    }

    fn wrong(&self, what: &str, c: &[u8], rust: &[u8]) {
        println!("wrong\t{}\t{what}\t{c:02x?}\t{rust:02x?}", self.tree);
    }

    /// The value that C wrote.
    fn image<T: Pod>(&mut self, tree: u64) -> T {
        self.tree = tree;
        self.image = self.next();
        let mut value = T::zeroed();
        let bytes = bytemuck::bytes_of_mut(&mut value);
        if bytes.len() == self.image.len() {
            bytes.copy_from_slice(&self.image);
        } else {
            self.wrong("size", &self.image.len().to_le_bytes(), &bytes.len().to_le_bytes());
        }
        value
    }

    fn read<T: Pod>(&mut self, element: usize, value: T) {
        self.elements += 1;
        let c = self.next();
        if c != bytemuck::bytes_of(&value) {
            self.wrong(&format!("read {element}"), &c, bytemuck::bytes_of(&value));
        }
    }

    /// `fill` of the C side.
    fn fill(&self, bytes: &mut [u8], element: u64) {
        let mut state = self.tree.wrapping_mul(1_000_003).wrapping_add(element);
        for chunk in bytes.chunks_mut(8) {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = state;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            chunk.copy_from_slice(&word.to_le_bytes()[..chunk.len()]);
        }
    }

    fn value<T: Pod>(&self, element: u64) -> T {
        let mut value = T::zeroed();
        self.fill(bytemuck::bytes_of_mut(&mut value), element);
        value
    }

    fn truth(&self, element: u64) -> Bool {
        Bool::new(self.value::<u8>(element) & 1 == 1)
    }

    /// What Rust wrote from zero on, by setters and fields.
    fn written<T: Pod + std::fmt::Debug>(&self, value: T) {
        std::hint::black_box(format!("{value:?}"));
        if self.image != bytemuck::bytes_of(&value) {
            self.wrong("written", &self.image, bytemuck::bytes_of(&value));
        }
    }
}

fn main() {
    let printed = std::env::args_os().nth(1).expect("the file that C wrote");
    let printed = std::fs::read(printed).expect("bytes").into_iter();
    let run = Run { printed, tree: 0, image: Vec::new(), elements: 0 };
    // Values are copied on the stack.
    std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(|| {
            let mut run = run;
            trees(&mut run);
            assert_eq!(run.printed.len(), 0, "C printed more");
            println!("elements\t{}", run.elements);
        })
        .expect("a thread")
        .join()
        .expect("no panic");
}

