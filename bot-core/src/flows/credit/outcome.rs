//! What came of deciding a top-up or a debit, and how it is told.

use crate::{
    flows::{admin::shown_name, alert, menu::stale_button, not_allowed, show},
    ledger::{self, LedgerError},
    money::{Money, OutOfRange},
    screen::{Reply, Screen},
    shop::{Caller, Fault, Shop},
    store::{
        StoreError,
        top_ups::{Direction, TopUp, Wish},
    },
    text::Words,
};

/// What became of a tap.
pub(in crate::flows) enum Outcome {
    /// The money is moved: by this tap, or by an earlier one whose answer may never have been seen.
    Done(TopUp),
    /// Somebody else must agree.
    Seconding(TopUp),
    /// Somebody else must agree, and there is nobody.
    NobodyElse,
    /// It was this person who asked; somebody else must agree.
    NeedsAnother,
    NotAllowed,
    /// Whoever asked may not do this any more.
    AskerGone,
    /// Gone, too old, or somebody else's to confirm.
    Stale,
    /// Dropped already; where the tap was *No*, or done.
    Settled,
    OverLimit {
        limit: Money,
        left: Money,
    },
    Poor,
}

/// Why the transaction was undone.
pub(in crate::flows) enum Undone {
    Poor,
    Fault(Fault),
}

impl From<LedgerError> for Undone {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Poor => Self::Poor,
            error @ (LedgerError::KeyTaken(_) | LedgerError::Store(_)) => Self::Fault(error.into()),
        }
    }
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

impl From<OutOfRange> for Undone {
    fn from(error: OutOfRange) -> Self {
        Self::Fault(error.into())
    }
}

/// Who gets it, and what they have.
pub(in crate::flows) async fn about(
    shop: &Shop,
    words: &Words,
    wish: &Wish,
) -> Result<(String, Money), Fault> {
    let Some(pool) = wish.pool else {
        let customer = shop.store.customer(wish.customer).await?;
        let balance = ledger::balance(&shop.store, wish.customer).await?.free;
        return Ok((customer.as_ref().map(shown_name).unwrap_or_default(), balance));
    };
    let Some(pool) = shop.store.pool(pool).await? else { return Ok(Default::default()) };
    let args = [("group", crate::flows::pool::title(words, &pool).into())];
    Ok((words.line("pool-name", &args), ledger::pool_balance(&shop.store, pool.id).await?))
}

/// What came of it, for whoever tapped.
pub(in crate::flows) async fn tell(
    shop: &Shop,
    caller: &Caller<'_>,
    outcome: Outcome,
) -> Result<Reply, Fault> {
    let words = &caller.words;
    let (top_up, is_done) = match outcome {
        Outcome::Done(top_up) => (top_up, true),
        Outcome::Seconding(top_up) => (top_up, false),
        Outcome::NeedsAnother => return Ok(alert(words.line("second-not-yourself", &[]))),
        Outcome::NobodyElse => return Ok(alert(words.line("second-nobody", &[]))),
        Outcome::NotAllowed => return Ok(not_allowed(caller)),
        Outcome::AskerGone => return Ok(alert(words.line("second-asker-gone", &[]))),
        Outcome::Stale => return Ok(stale_button(caller)),
        Outcome::Settled => return Ok(alert(words.line("topup-already", &[]))),
        Outcome::OverLimit { limit, left } => {
            let args = [("limit", limit.into()), ("left", left.into())];
            return Ok(alert(words.line("topup-over-limit", &args)));
        }
        Outcome::Poor => return Ok(alert(words.line("debit-gone", &[]))),
    };
    let (name, balance) = about(shop, words, &top_up.wish).await?;
    let args =
        [("amount", top_up.wish.amount.into()), ("name", name.into()), ("balance", balance.into())];
    let text = match (is_done, top_up.wish.direction) {
        (true, Direction::In) => words.spans("topup-done", &args),
        (true, Direction::Out) => words.spans("debit-done", &args),
        (false, _) => words.spans("second-awaited", &args),
    };
    show(shop, caller, Screen::new(text).only_for_actor()).await
}
