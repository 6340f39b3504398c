//! Waits for the person or the system that wants this program to end.

use super::CliError;

/// Returns when Ctrl-C is pressed or the system asks to end (SIGTERM).
#[cfg(unix)]
pub async fn stop_asked() -> Result<(), CliError> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).map_err(CliError::Signal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(CliError::Signal)?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        _ = interrupt.recv() => Ok(()),
    }
}

/// Returns when Ctrl-C is pressed.
#[cfg(not(unix))]
pub async fn stop_asked() -> Result<(), CliError> {
    tokio::signal::ctrl_c().await.map_err(CliError::Signal)
}
