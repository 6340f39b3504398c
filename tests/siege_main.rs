//! `cargo kills 200`: the released program is killed so often while people buy, and must lose nothing. A number behind it
//! is the seed; without one it is random, and printed in any case.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a check fails by panicking, and its outcome is read by people"
)]

#[allow(dead_code, unused_imports, unused_macros, reason = "the behaviour tests use the rest")]
mod support;

mod siege;

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args().skip(1).map(|it| it.parse::<u64>().expect("a number"));
    let kills = usize::try_from(numbers.next().unwrap_or(200)).unwrap();
    let seed = numbers.next().unwrap_or_else(|| rand::random_range(0..1_000_000));
    println!("{kills} kills, seed {seed}");
    println!("{}", siege::run(seed, kills).await);
}
