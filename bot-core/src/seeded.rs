//! Bugs on purpose: each flips one line of the shop where the campaign must notice it. Outside the campaign's own build
//! there are none: [`bug`] is a constant, and nothing of what it guards is compiled.

#[cfg(not(feature = "seeded-bugs"))]
#[inline]
pub const fn bug(_: &str) -> bool {
    false
}

#[cfg(feature = "seeded-bugs")]
thread_local! {
    static CHOSEN: std::cell::Cell<Option<&'static str>> = const { std::cell::Cell::new(None) };
}

/// From now on this thread's shops have this bug, or none.
#[cfg(feature = "seeded-bugs")]
pub fn choose(name: Option<&'static str>) {
    CHOSEN.set(name);
}

/// Whether this bug was chosen.
#[cfg(feature = "seeded-bugs")]
pub fn bug(name: &str) -> bool {
    CHOSEN.get() == Some(name)
}
