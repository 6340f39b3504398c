//! The files that the database lies in: for their owner's eyes only, because codes and phone numbers are in them.

use std::{fs::OpenOptions, io, path::Path};

/// Makes `file`, empty and for nobody but its owner. SQLite fills it and gives the files beside it (`-wal`, `-shm`) the same
/// rights.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when it is there: whoever made it chose who may read it.
pub(super) fn make_private(file: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}
