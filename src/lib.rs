//! Numdesk.
