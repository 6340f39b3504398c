//! The HTTP client that every provider shares: bounded bodies, no redirects, no retries of its own.
