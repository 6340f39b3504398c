//! What every part of a simulated world shares: true time, the trace, counts of what went wrong on purpose, and what went
//! wrong by itself.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use bot_core::clock::{Clock, Timestamp};
use sha2::{Digest, Sha256};

use crate::history::{Family, Plan};

/// When every history begins: a moment in 2026, in Unix milliseconds.
pub const BEGINNING: Timestamp = Timestamp(1_790_000_000_000);

/// Cheap to clone.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    /// Time as it really passes; a machine's clock may show another.
    clock: Clock,
    calm: AtomicBool,
    without: Vec<Family>,
    book: Mutex<Book>,
}

#[derive(Default)]
struct Book {
    hash: Sha256,
    /// Kept when somebody wants to read it.
    lines: Option<Vec<String>>,
    struck: BTreeMap<&'static str, u64>,
    violations: Vec<String>,
}

impl Hub {
    pub fn new(plan: &Plan) -> Self {
        let (clock, _) = Clock::of_the_runtime(BEGINNING);
        let book = Mutex::new(Book { lines: plan.keep_lines.then(Vec::new), ..Book::default() });
        let without = plan.without.clone();
        Self(Arc::new(Inner { clock, calm: AtomicBool::new(false), without, book }))
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn clock(&self) -> Clock {
        self.0.clock.clone()
    }

    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Nothing goes wrong on purpose any more.
    pub fn calm_down(&self) {
        self.0.calm.store(true, Ordering::Relaxed);
    }

    pub fn is_calm(&self) -> bool {
        self.0.calm.load(Ordering::Relaxed)
    }

    /// Whether things of this family may go wrong now.
    pub fn lets(&self, family: Family) -> bool {
        !self.is_calm() && !self.0.without.contains(&family)
    }

    /// One line of the history.
    pub fn trace(&self, line: &str) {
        let mut whole = String::new();
        // Writing to a string does not fail.
        let _ = write!(whole, "{:>12} {line}", self.now().0 - BEGINNING.0);
        let mut book = self.book();
        book.hash.update(whole.as_bytes());
        book.hash.update(b"\n");
        if let Some(lines) = &mut book.lines {
            lines.push(whole);
        }
    }

    /// Something went wrong on purpose.
    pub fn struck(&self, kind: &'static str) {
        *self.book().struck.entry(kind).or_default() += 1;
        self.trace(&format!("fault {kind}"));
    }

    /// A promise was broken.
    pub fn violated(&self, what: &str) {
        self.trace(&format!("VIOLATION {what}"));
        self.book().violations.push(what.to_owned());
    }

    pub fn is_violated(&self) -> bool {
        !self.book().violations.is_empty()
    }

    pub fn violations(&self) -> Vec<String> {
        self.book().violations.clone()
    }

    pub fn faults(&self) -> BTreeMap<&'static str, u64> {
        self.book().struck.clone()
    }

    pub fn lines(&self) -> Vec<String> {
        self.book().lines.clone().unwrap_or_default()
    }

    /// The same for the same history.
    pub fn hash(&self) -> String {
        hex::encode(self.book().hash.clone().finalize())
    }
}
