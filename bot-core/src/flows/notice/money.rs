//! What customers and staff are told about money that was given, taken, or is asked for, and about who may do that.

use super::Ready;
use crate::{
    action::{Query, Tap},
    flows::{admin::shown_name, button, credit::about, menu::menu_button, quote::owners},
    ids::{CustomerId, DepositId, TopUpId},
    ledger,
    messenger::Urgency,
    screen::{Screen, Span},
    shop::{Fault, Shop},
    store::{
        deposits::DepositState,
        top_ups::{Direction, TopUpState},
    },
    text::Words,
};

/// Tells a customer that their balance grew, or shrank.
pub(super) async fn credited_screen(
    shop: &Shop,
    words: &Words,
    id: TopUpId,
) -> Result<Option<Ready>, Fault> {
    let Some(top_up) = shop.store.top_up(id).await? else { return Ok(None) };
    let wish = top_up.wish;
    let balance = ledger::balance(&shop.store, wish.customer).await?.free;
    let args = [("amount", wish.amount.into()), ("balance", balance.into())];
    let mut text = match wish.direction {
        Direction::In => words.spans("topup-received", &args),
        Direction::Out => words.spans("debit-received", &args),
    };
    if let Some(note) = wish.note {
        text.push(Span::Plain("\n".into()));
        text.extend(words.spans("topup-note", &[("note", note.into())]));
    }
    let buy = button(words, "button-buy", Tap::Services { query: Query::default(), page: 0 });
    let screen = Screen::new(text).row(vec![buy, menu_button(words)]).only_for_actor();
    Ok(Some(Ready::new(screen, Urgency::Soon)))
}

/// Asks somebody to agree. Nothing to say once it is decided.
pub(super) async fn second_screen(
    shop: &Shop,
    words: &Words,
    id: TopUpId,
) -> Result<Option<Ready>, Fault> {
    let Some(top_up) = shop.store.top_up(id).await? else { return Ok(None) };
    if top_up.state != TopUpState::Seconding {
        return Ok(None);
    }
    let wish = top_up.wish;
    let (name, balance) = about(shop, words, &wish).await?;
    let asker = match wish.issuer {
        Some(issuer) => shop.store.customer(issuer).await?,
        None => None,
    };
    let args = [
        ("asker", asker.as_ref().map(shown_name).unwrap_or(wish.asked_by).into()),
        ("name", name.into()),
        ("amount", wish.amount.into()),
        ("balance", balance.into()),
    ];
    let mut text = match wish.direction {
        Direction::In => words.spans("second-topup", &args),
        Direction::Out => words.spans("second-debit", &args),
    };
    if let Some(note) = wish.note {
        text.push(Span::Plain("\n".into()));
        text.extend(words.spans("topup-note", &[("note", note.into())]));
    }
    let screen = Screen::new(text)
        .row(vec![
            button(words, "button-agree", Tap::ConfirmTopUp(id)),
            button(words, "button-decline", Tap::DropTopUp(id)),
        ])
        .only_for_actor();
    Ok(Some(Ready::new(screen, Urgency::Soon)))
}

/// Tells an admin what the second person said.
pub(super) async fn seconded_screen(
    shop: &Shop,
    words: &Words,
    id: TopUpId,
) -> Result<Option<Ready>, Fault> {
    let Some(top_up) = shop.store.top_up(id).await? else { return Ok(None) };
    let (name, _) = about(shop, words, &top_up.wish).await?;
    let args = [("amount", top_up.wish.amount.into()), ("name", name.into())];
    let text = match top_up.state {
        TopUpState::Done => words.spans("second-agreed", &args),
        TopUpState::Dropped => words.spans("second-declined", &args),
        TopUpState::Asked | TopUpState::Seconding => return Ok(None),
    };
    Ok(Some(Ready::new(Screen::new(text).only_for_actor(), Urgency::Soon)))
}

/// Tells somebody which role they have now.
pub(super) async fn appointed_screen(
    shop: &Shop,
    words: &Words,
    customer: CustomerId,
) -> Result<Option<Ready>, Fault> {
    let text = match shop.store.role_of(customer).await? {
        Some(role) => words.spans("appointed", &[("role", role.word().into())]),
        None => words.spans("appointed-no-more", &[]),
    };
    let screen = Screen::new(text).row(vec![button(words, "button-help", Tap::Help)]);
    Ok(Some(Ready::new(screen.only_for_actor(), Urgency::Soon)))
}

/// Asks an admin whether a customer has paid. Nothing to say once it is decided.
pub(super) async fn deposit_screen(
    shop: &Shop,
    words: &Words,
    id: DepositId,
) -> Result<Option<Ready>, Fault> {
    let Some(deposit) = shop.store.deposit(id).await? else { return Ok(None) };
    if deposit.state != DepositState::Open {
        return Ok(None);
    }
    let customer = shop.store.customer(deposit.customer).await?;
    let balance = ledger::balance(&shop.store, deposit.customer).await?.free;
    let args = [
        ("id", id.0.into()),
        ("name", customer.as_ref().map(shown_name).unwrap_or_default().into()),
        ("amount", deposit.amount.into()),
        ("balance", balance.into()),
    ];
    let mut text = words.spans("deposit-card", &args);
    if let Some(note) = deposit.note {
        text.push(Span::Plain("\n".into()));
        text.extend(words.spans("topup-note", &[("note", note.into())]));
    }
    let yes = words.line("button-approve", &[("amount", deposit.amount.into())]);
    let screen = Screen::new(text)
        .row(vec![
            crate::screen::Button::tap(yes, Tap::ApproveDeposit(id)),
            button(words, "button-decline", Tap::DeclineDeposit(id)),
        ])
        .only_for_actor();
    Ok(Some(Ready::new(screen, Urgency::Soon)))
}

/// Tells a customer that no payment of theirs was found.
pub(super) async fn declined_screen(
    shop: &Shop,
    words: &Words,
    id: DepositId,
) -> Result<Option<Ready>, Fault> {
    let Some(deposit) = shop.store.deposit(id).await? else { return Ok(None) };
    let (id, amount) = (("id", id.0.into()), ("amount", deposit.amount.into()));
    let owners = owners(shop).await?;
    let text = if owners.is_empty() {
        words.spans("deposit-refused-alone", &[id, amount])
    } else {
        words.spans("deposit-refused", &[id, amount, ("owners", owners.join(", ").into())])
    };
    let screen = Screen::new(text).row(vec![menu_button(words)]).only_for_actor();
    Ok(Some(Ready::new(screen, Urgency::Soon)))
}
