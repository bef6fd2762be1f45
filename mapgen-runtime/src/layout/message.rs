//! Building a message while the program compiles.
//!
//! A panic in const evaluation may carry any `&str`, but `format!` is not const.

/// Text of bounded length; what does not fit ends in `…`.
pub(super) struct Message {
    bytes: [u8; Self::CAPACITY],
    len: usize,
}

impl Message {
    const CAPACITY: usize = 4096;

    /// No text.
    pub(super) const fn new() -> Self {
        Self {
            bytes: [0; Self::CAPACITY],
            len: 0,
        }
    }

    /// Appends text.
    pub(super) const fn push(&mut self, text: &str) {
        const MORE: &[u8] = "…".as_bytes();
        let text = text.as_bytes();
        if self.len + text.len() + MORE.len() > Self::CAPACITY {
            if self.len + MORE.len() <= Self::CAPACITY && !self.is_cut() {
                self.append(MORE);
            }
            return;
        }
        if !self.is_cut() {
            self.append(text);
        }
    }

    /// Appends a number in decimal.
    pub(super) const fn push_number(&mut self, number: usize) {
        let mut digits = [0_u8; 20];
        let mut at = digits.len();
        let mut rest = number;
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        let (_, digits) = digits.split_at(at);
        match core::str::from_utf8(digits) {
            Ok(digits) => self.push(digits),
            Err(_) => panic!("decimal digits are UTF-8"),
        }
    }

    /// Whether nothing was appended.
    pub(super) const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The text.
    pub(super) const fn as_str(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.len);
        match core::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => panic!("only whole strings are appended"),
        }
    }

    const fn is_cut(&self) -> bool {
        // The last byte of `…` (U+2026) is 0xa6 after 0x80; no C or Rust name ends so.
        self.len >= 3
            && self.bytes[self.len - 3] == 0xe2
            && self.bytes[self.len - 2] == 0x80
            && self.bytes[self.len - 1] == 0xa6
    }

    const fn append(&mut self, text: &[u8]) {
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
    }
}
