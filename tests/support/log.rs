//! What the shop of a test writes down, at every level.
//!
//! One subscriber serves the whole process and keeps each thread's lines apart: with one for each thread, whichever thread
//! meets a line of code first would decide for all whether it is logged at all.

use std::{
    cell::RefCell,
    io::{self, Write},
    sync::{Arc, Mutex, Once},
};

use tracing_subscriber::EnvFilter;

/// The program's own crates; libraries are held down by the program itself.
const ALL: &str = "bot_core=trace,numdesk=trace,telegram=trace";

static SUBSCRIBER: Once = Once::new();

thread_local! {
    /// Where this thread's lines go; nowhere while no test asks for them.
    static SINK: RefCell<Option<Sink>> = const { RefCell::new(None) };
}

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

/// Writes to the sink of the thread that logs.
struct OfThisThread;

impl Write for OfThisThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        SINK.with_borrow(|sink| {
            if let Some(sink) = sink {
                sink.0.lock().unwrap().extend_from_slice(bytes);
            }
        });
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The log of this thread, on which a test's whole shop runs, until this is dropped.
pub struct Log(Sink);

impl Log {
    pub fn start() -> Self {
        SUBSCRIBER.call_once(|| {
            tracing_subscriber::fmt()
                .with_env_filter(EnvFilter::new(ALL))
                .with_ansi(false)
                .with_writer(|| OfThisThread)
                .init();
        });
        let sink = Sink::default();
        SINK.set(Some(sink.clone()));
        Self(sink)
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.0.0.lock().unwrap().clone()).unwrap()
    }

    /// How much there is; what is written later stands behind it.
    pub fn end(&self) -> usize {
        self.0.0.lock().unwrap().len()
    }

    /// Whether one line behind `start` holds all these words.
    pub fn tells(&self, start: usize, words: &[&str]) -> bool {
        self.text()[start..].lines().any(|line| words.iter().all(|word| line.contains(word)))
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        SINK.set(None);
    }
}
