//! Tables in Markdown, printed so that they can also be read as they are.

use std::{
    io::{self, Write},
    time::Duration,
};

/// Prints a heading, a sentence on what was measured, and the rows.
pub fn print(title: &str, about: &str, head: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let width = |column: usize| {
        let cells = rows.iter().chain([&head]).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |row: &[String]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!(" {cell:<width$} "));
        format!("|{}|", cells.collect::<Vec<_>>().join("|"))
    };
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut out = io::stdout().lock();
    writeln!(out, "\n### {title}\n\n{about}\n\n{}\n{}", line(&head), line(&rule))?;
    for row in rows {
        writeln!(out, "{}", line(row))?;
    }
    out.flush()
}

pub fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

pub fn per_second(rate: f64) -> String {
    format!("{rate:.0}/s")
}

pub fn ratio(figure: f64, of: f64) -> String {
    format!("{:.2}", figure / of)
}

pub fn mebibytes(bytes: f64) -> String {
    format!("{:.1} MiB", bytes / 1_048_576.0)
}
