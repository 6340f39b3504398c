//! `numdesk audit`: recomputes the books and says whether every balance and every order agrees with them.

use bot_core::ledger::{Audit, audit};
use numdesk::config::{DatabaseConfig, Source};

use super::{CliError, Exit, open_to_read, say, table::table};

/// Reads the whole ledger, changes nothing, and tells what it found.
pub async fn run(source: Source) -> Result<Exit, CliError> {
    let database = DatabaseConfig::from_source(source)?;
    let store = open_to_read(&database).await?;
    let audit = audit(&store).await?;
    store.close().await;
    say(&report(&audit))?;
    Ok(if audit.is_clean() { Exit::Done } else { Exit::Found })
}

fn report(audit: &Audit) -> String {
    let totals = [
        ["accounts", &audit.accounts.to_string()],
        ["transfers", &audit.transfers.to_string()],
        ["orders", &audit.orders.to_string()],
        ["in wallets", &audit.in_wallets.to_string()],
        ["in pools", &audit.in_pools.to_string()],
        ["held", &audit.held.to_string()],
        ["earned", &audit.earned.to_string()],
    ];
    let totals = table(&totals.map(|row| row.map(str::to_owned)));
    if audit.is_clean() {
        return format!("{totals}\nThe books agree.");
    }
    let heading = ["what differs", "expected", "found"].map(str::to_owned);
    let rows = audit.differences.iter().map(|difference| {
        let it = difference.clone();
        [it.subject, it.expected, it.found]
    });
    let differences: Vec<_> = std::iter::once(heading).chain(rows).collect();
    format!("{totals}\nThe books do not agree:\n{}", table(&differences))
}

#[cfg(test)]
mod tests {
    use bot_core::{ledger::Difference, money::Money, store::Store};

    use super::*;

    #[test]
    fn a_report_shows_the_totals_and_every_difference() {
        let mut audit = Audit {
            accounts: 3,
            transfers: 4,
            orders: 1,
            in_wallets: Money::from_raw(15_000),
            ..Audit::default()
        };
        assert_eq!(
            report(&audit),
            "accounts    3\ntransfers   4\norders      1\nin wallets  1.50\nin pools    0.00\nheld        0.00\nearned      0.00\n\
             The books agree."
        );
        audit.differences.push(Difference {
            subject: "wallet:1".into(),
            expected: "1.50".into(),
            found: "2.00".into(),
        });
        let report = report(&audit);
        let end = "The books do not agree:\n\
                   what differs  expected  found\n\
                   wallet:1      1.50      2.00";
        assert!(report.ends_with(end), "{report}");
    }

    #[tokio::test]
    async fn new_books_agree_and_missing_ones_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("books.db").display());
        let file = folder.path().join("numdesk.toml");
        std::fs::write(&file, format!("database.url = {url:?}")).unwrap();
        let source = || Source::read(Some(&file), []).unwrap();
        let error = run(source()).await.unwrap_err();
        assert!(matches!(error, CliError::NoDatabase { .. }), "{error}");
        let _open_shop = Store::open(&url).await.unwrap();
        assert_eq!(run(source()).await.unwrap(), Exit::Done);
    }
}
