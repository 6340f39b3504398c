//! The control interface over HTTP, below `/sandbox/`: what a demo's page needs. Knows no way to act of its own;
//! everything is asked of [`Control`].

use axum::Router;

use super::control::Control;

pub(super) fn routes() -> Router<Control> {
    Router::new()
}
