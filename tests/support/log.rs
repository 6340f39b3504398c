//! What the shop of a test writes down, at every level.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::EnvFilter;

/// The program's own crates; libraries are held down by the program itself.
const ALL: &str = "bot_core=trace,numdesk=trace,telegram=trace";

#[derive(Clone, Default)]
struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The log of this thread, on which a test's whole shop runs, until this is dropped.
pub struct Log {
    sink: Sink,
    _guard: DefaultGuard,
}

impl Log {
    pub fn start() -> Self {
        let sink = Sink::default();
        let writer = sink.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_env_filter(EnvFilter::new(ALL))
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        Self { sink, _guard: tracing::subscriber::set_default(subscriber) }
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.sink.0.lock().unwrap().clone()).unwrap()
    }

    /// How much there is; what is written later stands behind it.
    pub fn end(&self) -> usize {
        self.sink.0.lock().unwrap().len()
    }

    /// Whether one line behind `start` holds all these words.
    pub fn tells(&self, start: usize, words: &[&str]) -> bool {
        self.text()[start..].lines().any(|line| words.iter().all(|word| line.contains(word)))
    }
}
