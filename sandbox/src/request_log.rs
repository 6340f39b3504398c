//! One JSON line per request that an emulator received, for checking what was sent against a platform's own
//! specification. Switched on by `SANDBOX_LOG=file`; knows nothing of the emulators.

use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::{Value, json};

/// One received request, as the log shows it. Tokens in `path` must be redacted by the caller.
#[derive(Debug)]
pub struct Entry<'a> {
    pub at_ms: i64,
    pub method: &'a str,
    pub path: &'a str,
    pub content_type: Option<&'a str>,
    pub body: Value,
    pub status: u16,
}

/// Where entries go: a file opened for appending, or nowhere.
#[derive(Clone, Debug, Default)]
pub struct RequestLog(Option<Arc<Mutex<File>>>);

impl RequestLog {
    /// A log that keeps nothing.
    pub fn off() -> Self {
        Self::default()
    }

    /// The log that `SANDBOX_LOG` names, or none when it is unset or empty.
    pub fn from_env() -> io::Result<Self> {
        match std::env::var_os("SANDBOX_LOG") {
            Some(path) if !path.is_empty() => Self::to_file(Path::new(&path)),
            _ => Ok(Self::off()),
        }
    }

    /// Appends to the file at `path`, which is made when missing.
    pub fn to_file(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self(Some(Arc::new(Mutex::new(file)))))
    }

    /// Whether anything is written at all; saves building an [`Entry`] for nothing.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Appends one line. A line that cannot be written is reported, not fatal: the log is an aid.
    pub fn write(&self, entry: &Entry<'_>) {
        let Some(file) = &self.0 else { return };
        let mut line = json!({
            "at": entry.at_ms,
            "method": entry.method,
            "path": entry.path,
            "content_type": entry.content_type,
            "body": entry.body,
            "status": entry.status,
        })
        .to_string();
        line.push('\n');
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = file.write_all(line.as_bytes()) {
            tracing::warn!(%error, "the request log could not be written");
        }
    }
}
