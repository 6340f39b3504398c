//! Carries out what `order.rs` decides, inside one commit: state, money, SMS, jobs, history and messages together.
//!
//! The only place that changes an order.

use futures::future::BoxFuture;

use crate::{
    clock::Timestamp,
    code::find_code,
    ids::{ChatRef, OrderId},
    ledger::{self, LedgerError},
    money::Money,
    order::{Effect, Event, Illegal, Item, State, Step},
    seeded::bug,
    store::{
        StoreError, WriteTx,
        jobs::JobKind,
        orders::{Order, Sms},
        outbox::{Alert, Notice},
    },
    upstream::{Cost, UpstreamSms},
};

/// Who says that something happened, for the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The answer to the create.
    Place,
    Poll,
    /// What the provider told by itself.
    Push,
    /// The answer to a cancel.
    Cancel,
    Customer,
    Operator,
    Sweep,
}

impl Source {
    fn word(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Poll => "poll",
            Self::Push => "push",
            Self::Cancel => "cancel",
            Self::Customer => "customer",
            Self::Operator => "operator",
            Self::Sweep => "sweep",
        }
    }
}

/// What an event did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    Moved,
    /// Late, repeated or without meaning: nothing changed.
    Unchanged,
}

/// Why an event was not applied. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum TransitionError {
    #[error("order {0} does not exist")]
    NoSuchOrder(OrderId),
    #[error("order {order}: {illegal}")]
    Illegal { order: OrderId, illegal: Illegal },
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Applies one event to one order.
pub async fn apply(
    tx: &mut WriteTx,
    id: OrderId,
    event: Event,
    source: Source,
    operators: &[ChatRef],
    at: Timestamp,
) -> Result<Applied, TransitionError> {
    let order = tx.order(id).await?.ok_or(TransitionError::NoSuchOrder(id))?;
    let event = with_code(event);
    if let Event::Sms(sms) = &event
        && tx.sms_of(id).await?.iter().any(|known| is_same(known, sms))
        && !bug("every-sight-is-a-new-sms")
    {
        return Ok(Applied::Unchanged);
    }
    let word = event.word();
    let step = order
        .state
        .next(event)
        .map_err(|illegal| TransitionError::Illegal { order: id, illegal })?;
    let Step::Go { to, effects } = step else { return Ok(Applied::Unchanged) };
    tx.set_order_state(id, &to, at).await?;
    if !bug("state-without-history") {
        tx.add_order_event(id, source.word(), word, order.state.word(), to.word(), at).await?;
    }
    if matches!(order.state, State::Cancelling(_)) && is_kept(&to) {
        tell_below_cost(tx, &order, order.cost, operators, at).await?;
    }
    for effect in effects {
        carry_out(tx, &order, effect, source, operators, at).await?;
    }
    tx.tell(&order.purchase.chat, &Notice::Card { order: id }, at).await?;
    if order.state.line().is_none() && to.line().is_some() {
        tell_group(tx, &order, &Notice::PoolNumber { order: id }, at).await?;
    }
    if to.esim().is_some() {
        tx.tell(&order.purchase.chat, &Notice::Esim { order: id }, at).await?;
    }
    Ok(Applied::Moved)
}

async fn carry_out(
    tx: &mut WriteTx,
    order: &Order,
    effect: Effect,
    source: Source,
    operators: &[ChatRef],
    at: Timestamp,
) -> Result<(), TransitionError> {
    let (id, price) = (order.id, order.purchase.price);
    match effect {
        Effect::Capture => {
            ledger::capture(tx, id, price, at).await?;
        }
        Effect::Release => {
            ledger::release(tx, id, order.purchase.purse(), price, at).await?;
        }
        Effect::Refund => {
            ledger::refund(tx, id, order.purchase.purse(), price, at).await?;
            // To the provider all terms are one order, and what it takes back it pays back.
            for renewal in tx.renewals_of(id).await? {
                undo(tx, renewal, source, operators, at).await?;
            }
        }
        Effect::Extend(until) => {
            if let Extended::RentalIsBack = extend(tx, order, until, at).await? {
                undo(tx, id, source, operators, at).await?;
            }
        }
        Effect::Deliver(sms) => {
            let sms = tx.add_sms(id, &sms, at).await?;
            if bug("message-outside-the-commit") {
                return Ok(());
            }
            tx.tell(&order.purchase.chat, &Notice::Sms { order: id, sms }, at).await?;
            tell_group(tx, order, &Notice::PoolSms { order: id, sms }, at).await?;
        }
        Effect::Settle if bug("nobody-settles-doubt") => {}
        Effect::Settle => tx.add_job(id, JobKind::Settle, at).await?,
        Effect::AskCancel => tx.add_job(id, JobKind::Cancel, at).await?,
        Effect::AskFinish => tx.add_job(id, JobKind::Finish, at).await?,
        Effect::TellOperator => {
            tell_operators(tx, operators, &Alert::NeedsOperator(id), at).await?;
        }
    }
    Ok(())
}

/// A group whose pool paid is told, where its administrators want that.
async fn tell_group(
    tx: &mut WriteTx,
    order: &Order,
    notice: &Notice,
    at: Timestamp,
) -> Result<(), StoreError> {
    let Some(pool) = order.purchase.pool else { return Ok(()) };
    match tx.pool(pool).await? {
        Some(pool) if pool.rules.show_in_group => tx.tell(&pool.chat, notice, at).await,
        Some(_) | None => Ok(()),
    }
}

/// What a purchase really cost, once. The operators hear of prices above the list's, and of one above the customer's
/// unless it goes back.
pub async fn record_cost(
    tx: &mut WriteTx,
    id: OrderId,
    cost: &Cost,
    operators: &[ChatRef],
    at: Timestamp,
) -> Result<(), TransitionError> {
    let order = tx.order(id).await?.ok_or(TransitionError::NoSuchOrder(id))?;
    if order.cost.is_some() {
        return Ok(());
    }
    let more = rust_decimal::Decimal::from(u8::from(bug("cost-misread")));
    tx.set_order_cost(id, &Cost { amount: cost.amount + more, ..cost.clone() }).await?;
    if is_kept(&order.state) {
        tell_below_cost(tx, &order, Some(cost.money), operators, at).await?;
    }
    let is_news = cost.money > order.purchase.quoted_cost
        && !operators.is_empty()
        && tx.raise_alert(&format!("{:?}", Alert::PricesRisen), at).await?;
    if is_news {
        tell_operators(tx, operators, &Alert::PricesRisen, at).await?;
    }
    Ok(())
}

/// Whether the shop keeps what it was charged for, as far as is known.
fn is_kept(state: &State) -> bool {
    match state {
        State::Waiting(_)
        | State::CodeReceived(_)
        | State::Finished(_)
        | State::NeedsOperator { .. }
        | State::Active(_)
        | State::Ended(_)
        | State::Fulfilled(_) => true,
        State::Placing
        | State::InDoubt { .. }
        | State::Refused { .. }
        | State::Cancelling(_)
        | State::Cancelled(_)
        | State::Expired(_)
        | State::Banned(_)
        | State::Undone => false,
    }
}

async fn tell_below_cost(
    tx: &mut WriteTx,
    order: &Order,
    cost: Option<Money>,
    operators: &[ChatRef],
    at: Timestamp,
) -> Result<(), TransitionError> {
    if cost.is_some_and(|cost| cost > order.purchase.price) {
        tracing::warn!(order = %order.id, "a number cost more than the customer paid");
        tell_operators(tx, operators, &Alert::BelowCost(order.id), at).await?;
    }
    Ok(())
}

async fn tell_operators(
    tx: &mut WriteTx,
    operators: &[ChatRef],
    alert: &Alert,
    at: Timestamp,
) -> Result<(), TransitionError> {
    for chat in operators {
        tx.tell(chat, &Notice::Alert(alert.clone()), at).await?;
    }
    Ok(())
}

/// Another term of a rental that was taken back is paid back.
fn undo<'a>(
    tx: &'a mut WriteTx,
    renewal: OrderId,
    source: Source,
    operators: &'a [ChatRef],
    at: Timestamp,
) -> BoxFuture<'a, Result<Applied, TransitionError>> {
    Box::pin(apply(tx, renewal, Event::ProviderCancelled, source, operators, at))
}

enum Extended {
    Done,
    /// The provider took the rental back before its answer about this term was known.
    RentalIsBack,
}

/// The rental that this purchase prolongs goes on.
async fn extend(
    tx: &mut WriteTx,
    order: &Order,
    until: Timestamp,
    at: Timestamp,
) -> Result<Extended, TransitionError> {
    let Item::Renewal { of, .. } = order.purchase.item else { return Ok(Extended::Done) };
    let rental = tx.order(of).await?.ok_or(TransitionError::NoSuchOrder(of))?;
    if let State::Cancelled(_) = rental.state {
        return Ok(Extended::RentalIsBack);
    }
    let event = Event::Extended(until);
    let word = event.word();
    let step = rental
        .state
        .next(event)
        .map_err(|illegal| TransitionError::Illegal { order: of, illegal })?;
    let Step::Go { to, .. } = step else { return Ok(Extended::Done) };
    tx.set_order_state(of, &to, at).await?;
    tx.add_order_event(of, Source::Place.word(), word, rental.state.word(), to.word(), at).await?;
    tx.tell(&rental.purchase.chat, &Notice::Card { order: of }, at).await?;
    Ok(Extended::Done)
}

/// Where only the text came, the code is looked for in it.
fn with_code(event: Event) -> Event {
    match event {
        Event::Sms(UpstreamSms { code: None, text: Some(text), received_at }) => {
            Event::Sms(UpstreamSms { code: find_code(&text), text: Some(text), received_at })
        }
        event => event,
    }
}

/// Providers show an SMS again on every poll, and not always with its text or its time: the code decides, and the time
/// where both tell it, since a second SMS may hold the same code.
fn is_same(known: &Sms, new: &UpstreamSms) -> bool {
    let same_words = match (&known.code, &new.code) {
        (Some(known), Some(new)) => known == new,
        (None, None) => known.text == new.text,
        (Some(_), None) | (None, Some(_)) => known.text.is_some() && known.text == new.text,
    };
    let same_time = match (known.received_at, new.received_at) {
        (Some(known), Some(new)) => known == new,
        (None, _) | (_, None) => true,
    };
    same_words && same_time
}

#[cfg(test)]
mod tests;
